namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// JPEG's colours (JFIF): brightness and two colour differences, in whole numbers with 16 fractional bits, as libjpeg does it.
/// </summary>
/// <example>Red (255, 0, 0) has Y = 76, Cb = 85, Cr = 255; back it becomes (254, 0, 0).</example>
internal static class YcbcrColour
{
    private const int Bits = 16, Half = 1 << (Bits - 1), Middle = 128;

    /// <summary>Splits an image (red, green, blue, red, ...) into its three planes.</summary>
    public static void FromRgb(ReadOnlySpan<byte> image, Span<byte> y, Span<byte> cb, Span<byte> cr)
    {
        // 0.5 enters one unit below, so that the largest difference gives 255 and not 256.
        const int Offset = (Middle << Bits) + Half - 1;
        for (var i = 0; i < y.Length; i++)
        {
            var (red, green, blue) = (image[3 * i], image[3 * i + 1], image[3 * i + 2]);
            y[i] = (byte)((19595 * red + 38470 * green + 7471 * blue + Half) >> Bits);
            cb[i] = (byte)((-11059 * red - 21709 * green + 32768 * blue + Offset) >> Bits);
            cr[i] = (byte)((32768 * red - 27439 * green - 5329 * blue + Offset) >> Bits);
        }
    }

    /// <summary>Joins three planes to an image.</summary>
    public static void ToRgb(ReadOnlySpan<byte> y, ReadOnlySpan<byte> cb, ReadOnlySpan<byte> cr, Span<byte> image)
    {
        for (var i = 0; i < y.Length; i++)
        {
            var (blueness, redness) = (cb[i] - Middle, cr[i] - Middle);
            image[3 * i] = Limited(y[i] + ((91881 * redness + Half) >> Bits));
            image[3 * i + 1] = Limited(y[i] + ((-22554 * blueness - 46802 * redness + Half) >> Bits));
            image[3 * i + 2] = Limited(y[i] + ((116130 * blueness + Half) >> Bits));
        }
    }

    private static byte Limited(int value) => (byte)Math.Clamp(value, 0, byte.MaxValue);
}
