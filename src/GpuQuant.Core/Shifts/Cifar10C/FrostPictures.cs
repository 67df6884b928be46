using GpuQuant.Data;
using GpuQuant.Numerics;
using SkiaSharp;

namespace GpuQuant.Shifts.Cifar10C;

/// <summary>The five published pictures of frost, as the corruption uses them: a fifth of their size, opaque, red green blue.</summary>
internal static class FrostPictures
{
    private static readonly string[] Names = ["frost1.png", "frost2.png", "frost3.png", "frost4.jpg", "frost5.jpg"];

    /// <summary>
    /// The pictures in <c>DIR/frost</c> (or DIR itself), or null where not all five are there. They are decoded when they are first used,
    /// which throws a <see cref="DataException"/> if a file is no readable picture.
    /// </summary>
    public static Lazy<RgbPicture[]>? Find(string dataDirectory)
    {
        var paths = Names.Select(name => DataDirectory.Folders(dataDirectory, "frost")
            .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists)).ToArray();
        return paths.Contains(null) ? null : new(() => [.. paths.Select(path => Fifth(Decode(path!)))]);
    }

    /// <summary>
    /// A fifth of the size. Output pixel o shows input position 5 (o + 0.5) - 0.5 = 5 o + 2, a whole pixel: the bilinear result is
    /// that pixel itself.
    /// </summary>
    public static RgbPicture Fifth(RgbPicture picture)
    {
        var (height, width) = ((picture.Height + 2) / 5, (picture.Width + 2) / 5);
        var pixels = new byte[height * width * 3];
        for (var row = 0; row < height; row++)
            for (var column = 0; column < width; column++)
                picture.Row(5 * row + 2, 5 * column + 2, 1).CopyTo(pixels.AsSpan((row * width + column) * 3));
        return new(height, width, pixels);
    }

    private static RgbPicture Decode(string path)
    {
        using var codec = SKCodec.Create(path)
            ?? throw new DataException($"'{path}' is no picture that can be read; take it anew from where frost pictures come from.");
        // Not premultiplied: the alpha channel is dropped, the colours behind it stay as they are.
        var format = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        var rgba = new byte[format.BytesSize];
        Decode(path, codec, format, rgba);
        var rgb = new byte[format.Width * format.Height * 3];
        for (var pixel = 0; pixel < format.Width * format.Height; pixel++)
            rgba.AsSpan(pixel * 4, 3).CopyTo(rgb.AsSpan(pixel * 3));
        return new(format.Height, format.Width, rgb);
    }

    private static unsafe void Decode(string path, SKCodec codec, SKImageInfo format, byte[] rgba)
    {
        fixed (byte* pixels = rgba)
        {
            var outcome = codec.GetPixels(format, (nint)pixels);
            if (outcome != SKCodecResult.Success)
                throw new DataException($"The picture '{path}' is broken ({outcome}); take it anew from where frost pictures come from.");
        }
    }
}
