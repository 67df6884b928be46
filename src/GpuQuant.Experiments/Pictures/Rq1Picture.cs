using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using GpuQuant.Numerics;
using SkiaSharp;

namespace GpuQuant.Experiments;

/// <summary>
/// The disagreements of the first question as heat maps, a panel per model: test sets across, quantizers down, each cell with its
/// number (the mean over the seeds and their standard deviation) and a colour of a logarithmic scale.
/// </summary>
/// <example><c>Rq1Picture.Write(rq1, "pictures/rq1")</c> writes <c>rq1.png</c> and <c>rq1.svg</c>.</example>
public static partial class Rq1Picture
{
    /// <summary>Writes the picture twice, as PNG and as SVG.</summary>
    /// <param name="rq1">The summaries.</param>
    /// <param name="pathWithoutExtension">Where to; the extensions are added.</param>
    /// <param name="options">Width and font; the defaults where null.</param>
    /// <exception cref="UsageException">There is no quantized model in the rows, or the width is too small.</exception>
    /// <exception cref="DataException">A file cannot be written.</exception>
    public static void Write(Rq1 rq1, string pathWithoutExtension, PictureOptions? options = null)
    {
        options ??= new PictureOptions();
        var blocks = Rq1Block.Of(rq1).Where(block => block.Quantizers.Count > 0).ToArray();
        if (blocks.Length == 0)
            throw new UsageException("There is nothing to draw: the rows hold no quantized model.");
        if (options.Width < PictureOptions.LeastWidth)
            throw new UsageException(
                $"A picture of {options.Width} pixels is too narrow to read; give at least {PictureOptions.LeastWidth}.");
        // The library's first picture of a process differs in the text from all later ones; that one is thrown away, so that the same
        // rows always give the same file.
        WritePng(PictureSheet.Of(blocks, options), Stream.Null);
        var sheet = PictureSheet.Of(blocks, options);
        AtomicFile.Write(pathWithoutExtension + ".png", stream => WritePng(sheet, stream));
        AtomicFile.Write(pathWithoutExtension + ".svg", stream => WriteSvg(sheet, stream));
    }

    private static void WritePng(PictureSheet sheet, Stream stream)
    {
        using var surface = SKSurface.Create(new SKImageInfo(sheet.Width, sheet.Height));
        sheet.Draw(surface.Canvas);
        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        data.SaveTo(stream);
    }

    private static void WriteSvg(PictureSheet sheet, Stream stream)
    {
        using var buffer = new MemoryStream();
        using (var canvas = SKSvgCanvas.Create(SKRect.Create(sheet.Width, sheet.Height), buffer))
            sheet.Draw(canvas);
        stream.Write(Encoding.UTF8.GetBytes(Renumber(Encoding.UTF8.GetString(buffer.ToArray()))));
    }

    // The library numbers clip paths on through the process; numbered from 0 the same rows give the same file.
    private static string Renumber(string svg)
    {
        var numbers = new Dictionary<string, int>();
        return ClipName().Replace(svg, match =>
        {
            numbers.TryAdd(match.Value, numbers.Count);
            return string.Create(CultureInfo.InvariantCulture, $"clip{numbers[match.Value]}");
        });
    }

    [GeneratedRegex(@"(?<=[""#])cl_[0-9a-f]+(?=["")])")]
    private static partial Regex ClipName();
}
