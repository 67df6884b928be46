namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// What remains of a colour image after it was encoded as a baseline JPEG and decoded again, bit for bit as libjpeg does both with its
/// defaults: standard quantisation tables scaled by the quality, YCbCr, chroma of half the size each way, integer "slow" transform,
/// smooth ("fancy") upsampling. The entropy coding in between loses nothing and is left out.
/// </summary>
/// <remarks>
/// Codecs differ between systems and versions; this is whole numbers only. An instance is read only, all threads may share it.
/// </remarks>
/// <example>
/// Quality 40 quantises a block's mean in steps of 20 / 8 = 2.5: grey 100 (28 below the middle) becomes 128 - 27 = 101.
/// </example>
internal sealed class JpegRoundTrip
{
    private const int Block = 8, Unit = 16, Middle = 128;

    private static readonly int[] Luminance =
    [
        16, 11, 10, 16, 24, 40, 51, 61,
        12, 12, 14, 19, 26, 58, 60, 55,
        14, 13, 16, 24, 40, 57, 69, 56,
        14, 17, 22, 29, 51, 87, 80, 62,
        18, 22, 37, 56, 68, 109, 103, 77,
        24, 35, 55, 64, 81, 104, 113, 92,
        49, 64, 78, 87, 103, 121, 120, 101,
        72, 92, 95, 98, 112, 100, 103, 99,
    ];

    private static readonly int[] Chrominance =
    [
        17, 18, 24, 47, 99, 99, 99, 99,
        18, 21, 26, 66, 99, 99, 99, 99,
        24, 26, 56, 99, 99, 99, 99, 99,
        47, 66, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99,
        99, 99, 99, 99, 99, 99, 99, 99,
    ];

    private readonly int[] _luminance, _chrominance;
    private readonly int _height, _width, _paddedHeight, _paddedWidth;

    /// <summary>Makes the tables.</summary>
    /// <param name="quality">1 to 100.</param>
    /// <param name="height">Of the images.</param>
    /// <param name="width">Of the images.</param>
    public JpegRoundTrip(int quality, int height, int width)
    {
        (_luminance, _chrominance) = (Scaled(Luminance, quality), Scaled(Chrominance, quality));
        (_height, _width) = (height, width);
        (_paddedHeight, _paddedWidth) = ((height + Unit - 1) / Unit * Unit, (width + Unit - 1) / Unit * Unit);
    }

    /// <summary>Encodes and decodes an image.</summary>
    /// <param name="image">Height x width x 3 bytes.</param>
    /// <param name="result">As many bytes.</param>
    public void Apply(ReadOnlySpan<byte> image, Span<byte> result)
    {
        var (pixels, full) = (_height * _width, _paddedHeight * _paddedWidth);
        using var planes = new Rented<byte>(3 * pixels);
        using var padded = new Rented<byte>(full);
        var y = planes.Span[..pixels];
        var cb = planes.Span.Slice(pixels, pixels);
        var cr = planes.Span[(2 * pixels)..];
        YcbcrColour.FromRgb(image, y, cb, cr);
        CodeLuminance(y, padded.Span);
        CodeChrominance(cb, padded.Span[..(full / 4)]);
        CodeChrominance(cr, padded.Span[..(full / 4)]);
        YcbcrColour.ToRgb(y, cb, cr, result);
    }

    private void CodeLuminance(Span<byte> plane, Span<byte> padded)
    {
        Pad(plane, padded);
        Quantise(padded, _paddedWidth, _luminance);
        for (var row = 0; row < _height; row++)
            padded.Slice(row * _paddedWidth, _width).CopyTo(plane[(row * _width)..]);
    }

    private void CodeChrominance(Span<byte> plane, Span<byte> half)
    {
        ChromaSampling.Halve(plane, _height, _width, half, _paddedWidth / 2);
        Quantise(half, _paddedWidth / 2, _chrominance);
        ChromaSampling.Double(half, _paddedWidth / 2, _height, _width, plane);
    }

    /// <summary>Table entries times 5000 / quality percent below 50, 200 - 2 quality from there on; 1 to 255.</summary>
    private static int[] Scaled(int[] table, int quality)
    {
        var percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
        return [.. table.Select(entry => Math.Clamp((entry * percent + 50) / 100, 1, 255))];
    }

    /// <summary>Repeats the last column and the last row up to whole blocks.</summary>
    private void Pad(ReadOnlySpan<byte> plane, Span<byte> padded)
    {
        for (var row = 0; row < _paddedHeight; row++)
        {
            var from = plane.Slice(Math.Min(row, _height - 1) * _width, _width);
            var to = padded.Slice(row * _paddedWidth, _paddedWidth);
            from.CopyTo(to);
            to[_width..].Fill(from[^1]);
        }
    }

    /// <summary>Transforms every block of a plane, rounds its coefficients to the table's multiples and transforms it back.</summary>
    private static void Quantise(Span<byte> plane, int width, int[] table)
    {
        Span<int> block = stackalloc int[Block * Block];
        for (var top = 0; top < plane.Length; top += Block * width)
            for (var left = top; left < top + width; left += Block)
            {
                for (var i = 0; i < block.Length; i++)
                    block[i] = plane[left + i / Block * width + i % Block] - Middle;
                JpegTransform.Forward(block);
                for (var i = 0; i < block.Length; i++)
                    block[i] = Rounded(block[i], Block * table[i]) * table[i];
                JpegTransform.Inverse(block);
                for (var i = 0; i < block.Length; i++)
                    plane[left + i / Block * width + i % Block] = (byte)Math.Clamp(block[i] + Middle, 0, byte.MaxValue);
            }
    }

    /// <summary>The quotient rounded to the nearest whole number, half away from zero.</summary>
    private static int Rounded(int value, int divisor) =>
        value < 0 ? -((-value + divisor / 2) / divisor) : (value + divisor / 2) / divisor;
}
