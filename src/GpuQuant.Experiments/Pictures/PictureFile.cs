using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using GpuQuant.Numerics;
using SkiaSharp;

namespace GpuQuant.Experiments;

/// <summary>Writes a drawing as PNG and as SVG, the same bytes each time.</summary>
internal static partial class PictureFile
{
    /// <summary>Draws onto canvases of the given size.</summary>
    /// <param name="pathWithoutExtension">Where to; the extensions are added.</param>
    /// <param name="width">Pixels.</param>
    /// <param name="height">Pixels.</param>
    /// <param name="prepare">Makes the plots and gives what draws them.</param>
    /// <exception cref="DataException">A file cannot be written.</exception>
    public static void Write(string pathWithoutExtension, int width, int height, Func<Action<SKCanvas>> prepare)
    {
        // The plot library's first picture of a process differs in the text from all later ones; that one is thrown away. A plot's own
        // first drawing puts texts on the canvas twice, which shows only in an SVG: so that one is its second.
        WritePng(width, height, prepare(), Stream.Null);
        var draw = prepare();
        AtomicFile.Write(pathWithoutExtension + ".png", stream => WritePng(width, height, draw, stream));
        AtomicFile.Write(pathWithoutExtension + ".svg", stream => WriteSvg(width, height, draw, stream));
    }

    private static void WritePng(int width, int height, Action<SKCanvas> draw, Stream stream)
    {
        using var surface = SKSurface.Create(new SKImageInfo(width, height));
        draw(surface.Canvas);
        using var image = surface.Snapshot();
        using var data = image.Encode(SKEncodedImageFormat.Png, 100);
        data.SaveTo(stream);
    }

    private static void WriteSvg(int width, int height, Action<SKCanvas> draw, Stream stream)
    {
        using var buffer = new MemoryStream();
        using (var canvas = SKSvgCanvas.Create(SKRect.Create(width, height), buffer))
            draw(canvas);
        stream.Write(Encoding.UTF8.GetBytes(Renumber(Encoding.UTF8.GetString(buffer.ToArray()))));
    }

    // The library numbers clip paths on through the process; numbered from 0 the same drawing gives the same file.
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
