using GpuQuant.Numerics;
using SkiaSharp;

namespace GpuQuant.Data;

/// <summary>Reads JPEG files as pictures of a wanted size.</summary>
internal static class JpegPicture
{
    private const long MostPixels = 100_000_000;

    /// <summary>Decodes a file and resizes it to height x width x 3 bytes (<see cref="BilinearResize"/>), whatever its shape.</summary>
    /// <param name="path">The file.</param>
    /// <param name="context">Where the file is named, for errors: "record 7 of 'metadata.csv'".</param>
    /// <param name="size">Height and width of the result.</param>
    /// <exception cref="DataException">The file is missing, no JPEG picture, damaged, or of more than 100 million pixels.</exception>
    public static byte[] Read(string path, string context, (int Height, int Width) size)
    {
        using var codec = SKCodec.Create(path, out var outcome);
        if (!File.Exists(path))
            throw Bad(path, context, "is missing");
        if (codec is null || codec.EncodedFormat != SKEncodedImageFormat.Jpeg)
            throw Bad(path, context, $"is no JPEG picture ({codec?.EncodedFormat.ToString() ?? outcome.ToString()})");
        var (height, width) = (codec.Info.Height, codec.Info.Width);
        if ((long)height * width > MostPixels)
            throw Bad(path, context, $"claims {width}x{height} pixels, more than {MostPixels}");
        using var decoded = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        outcome = codec.GetPixels(decoded.Info, decoded.GetPixels());
        if (outcome != SKCodecResult.Success)
            throw Bad(path, context, $"is a damaged JPEG picture ({outcome})");
        var picture = new byte[size.Height * size.Width * 3];
        BilinearResize.Apply(decoded.GetPixelSpan(), (height, width), 4, picture, size, 3);
        return picture;
    }

    private static DataException Bad(string path, string context, string what) =>
        new($"'{path}' {what}; {context} names it; fetch the data set again or check where the file came from.");
}
