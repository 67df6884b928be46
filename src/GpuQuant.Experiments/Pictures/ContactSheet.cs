using GpuQuant.Numerics;
using SkiaSharp;

namespace GpuQuant.Experiments;

/// <summary>
/// Small pictures in rows and columns with their names, enlarged by a whole number so that every pixel stays a sharp square.
/// </summary>
/// <example>
/// <code>
/// ContactSheet.Write("fog.png", "mnist/test, sample 0", "framed: published", set.SampleShape, ["original", "1"],
///     [new SheetRow("fog", "", [before, after], Marked: 1)]);
/// </code>
/// </example>
public static class ContactSheet
{
    private const int Target = 96, Gap = 8, Margin = 16, Frame = 3, TitleSize = 20, TextSize = 14, NoteSize = 11;
    private const int Title = 34, Subtitle = 24, Heading = 26, Top = Margin + Title + Subtitle + Heading;
    private const string Font = "DejaVu Sans";
    private static readonly SKColor Ink = SKColors.Black, Faint = new(90, 90, 90), Mark = new(208, 72, 24), Ground = new(236, 238, 241);

    /// <summary>Writes the sheet as a PNG file.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="title">What it shows.</param>
    /// <param name="subtitle">A line below the title, such as what a frame means.</param>
    /// <param name="shape">Height x width x channels of every picture; 1 channel is grey, 3 are red, green and blue.</param>
    /// <param name="columns">The columns' headings.</param>
    /// <param name="rows">The rows, each with at most as many pictures as there are columns.</param>
    /// <exception cref="UsageException">The samples are no pictures.</exception>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public static void Write(string path, string title, string subtitle, Shape shape, IReadOnlyList<string> columns,
        IReadOnlyList<SheetRow> rows)
    {
        if (shape.Length != 3 || shape[2] is not (1 or 3))
            throw new UsageException($"Samples of shape {shape} cannot be shown as pictures; expected height x width x 1 or 3.");
        using var fonts = new Fonts();
        var scale = Math.Max(1, Target / Math.Max(shape[0], shape[1]));
        var (width, height) = (shape[1] * scale, shape[0] * scale);
        var left = Margin + Gap + (int)Math.Ceiling(
            rows.Max(row => Math.Max(fonts.Text.MeasureText(row.Title), fonts.Note.MeasureText(row.Note))));
        var words = (int)Math.Ceiling(Math.Max(fonts.Title.MeasureText(title), fonts.Text.MeasureText(subtitle)));
        var inner = Math.Max(left + columns.Count * (width + Gap), Margin + words);
        using var surface = SKSurface.Create(new SKImageInfo(inner + Margin, Top + rows.Count * (height + Gap) + Margin));
        var canvas = surface.Canvas;
        canvas.Clear(SKColors.White);
        Words(canvas, title, Margin, Margin + TitleSize, fonts.Title, Ink);
        Words(canvas, subtitle, Margin, Margin + Title + TextSize, fonts.Text, Faint);
        foreach (var (column, heading) in columns.Index())
            Words(canvas, heading, left + column * (width + Gap) + width / 2, Top - Gap, fonts.Text, Ink, SKTextAlign.Center);
        foreach (var (number, row) in rows.Index())
            DrawRow(canvas, row, shape, SKRect.Create(left, Top + number * (height + Gap), width, height), fonts);
        Save(path, surface);
    }

    /// <summary>Draws a row whose first picture has the given place.</summary>
    private static void DrawRow(SKCanvas canvas, SheetRow row, Shape shape, SKRect first, Fonts fonts)
    {
        var (right, middle) = (first.Left - Gap, first.MidY + (row.Note.Length > 0 ? 0 : TextSize / 3));
        Words(canvas, row.Title, right, middle, fonts.Text, Ink, SKTextAlign.Right);
        Words(canvas, row.Note, right, first.MidY + TextSize, fonts.Note, Faint, SKTextAlign.Right);
        foreach (var (column, picture) in row.Pictures.Index())
        {
            var place = first;
            place.Offset(column * (first.Width + Gap), 0);
            if (picture is not null)
                Draw(canvas, picture, shape, place, column == row.Marked);
        }
    }

    private static void Draw(SKCanvas canvas, byte[] picture, Shape shape, SKRect place, bool isMarked)
    {
        using var paint = new SKPaint { Color = isMarked ? Mark : Ground, IsAntialias = false };
        var frame = place;
        frame.Inflate(isMarked ? Frame : 1, isMarked ? Frame : 1);
        canvas.DrawRect(frame, paint);
        using var bitmap = new SKBitmap(new SKImageInfo(shape[1], shape[0], SKColorType.Rgba8888, SKAlphaType.Opaque));
        var (rgba, channels) = (new byte[shape[0] * shape[1] * 4], shape[2]);
        for (var pixel = 0; pixel < rgba.Length / 4; pixel++)
        {
            for (var colour = 0; colour < 3; colour++)
                rgba[pixel * 4 + colour] = picture[pixel * channels + (channels == 3 ? colour : 0)];
            rgba[pixel * 4 + 3] = byte.MaxValue;
        }
        System.Runtime.InteropServices.Marshal.Copy(rgba, 0, bitmap.GetPixels(), rgba.Length);
        using var image = SKImage.FromBitmap(bitmap);
        canvas.DrawImage(image, place, new SKSamplingOptions(SKFilterMode.Nearest));
    }

    private static void Words(
        SKCanvas canvas, string words, float x, float y, SKFont font, SKColor colour, SKTextAlign align = SKTextAlign.Left)
    {
        using var paint = new SKPaint { Color = colour, IsAntialias = true };
        canvas.DrawText(words, x, y, align, font, paint);
    }

    private static void Save(string path, SKSurface surface)
    {
        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        AtomicFile.Write(path, data.SaveTo);
    }

    private sealed class Fonts : IDisposable
    {
        private readonly SKTypeface _plain = SKTypeface.FromFamilyName(Font);

        public Fonts() => (Title, Text, Note) = (new(_plain, TitleSize), new(_plain, TextSize), new(_plain, NoteSize));

        public SKFont Title { get; }

        public SKFont Text { get; }

        public SKFont Note { get; }

        public void Dispose()
        {
            Title.Dispose();
            Text.Dispose();
            Note.Dispose();
            _plain.Dispose();
        }
    }
}
