namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// The discrete cosine transform of 8 x 8 values and its inverse in whole numbers, bit for bit those of libjpeg's "slow" integer method:
/// the factorisation of Loeffler, Ligtenberg and Moschytz 1989, "Practical fast 1-D DCT algorithms with 11 multiplications", with
/// constants of 13 fractional bits. Forward coefficients are 8 times the orthonormal ones.
/// </summary>
/// <example>64 values of 10 give a first coefficient of 640 and 63 zeros; the inverse of 80 (a coefficient by itself) gives 10.</example>
internal static class JpegTransform
{
    private const int Side = 8, FractionBits = 13, ExtraBits = 2;

    // Rotations by multiples of pi / 16, times the square root of 2 and 2^13.
    private const int C0298631336 = 2446, C0390180644 = 3196, C0541196100 = 4433, C0765366865 = 6270, C0899976223 = 7373,
        C1175875602 = 9633, C1501321110 = 12299, C1847759065 = 15137, C1961570560 = 16069, C2053119869 = 16819,
        C2562915447 = 20995, C3072711026 = 25172;

    /// <summary>From values to coefficients, in place.</summary>
    public static void Forward(Span<int> block)
    {
        for (var row = 0; row < Side; row++)
            Forward(block[(row * Side)..], 1, FractionBits - ExtraBits);
        for (var column = 0; column < Side; column++)
            Forward(block[column..], Side, FractionBits + ExtraBits);
    }

    /// <summary>From coefficients (an eighth of the forward transform's) to values, in place.</summary>
    public static void Inverse(Span<int> block)
    {
        for (var column = 0; column < Side; column++)
            Inverse(block[column..], Side, FractionBits - ExtraBits);
        for (var row = 0; row < Side; row++)
            Inverse(block[(row * Side)..], 1, FractionBits + ExtraBits + 3);
    }

    private static void Forward(Span<int> line, int stride, int shift)
    {
        var (x0, x1, x2, x3) = (line[0], line[stride], line[2 * stride], line[3 * stride]);
        var (x4, x5, x6, x7) = (line[4 * stride], line[5 * stride], line[6 * stride], line[7 * stride]);
        var (outer, inner) = (x0 + x7 + x3 + x4, x1 + x6 + x2 + x5);
        var (outerTilt, innerTilt) = (x0 + x7 - x3 - x4, x1 + x6 - x2 - x5);
        var turn = (innerTilt + outerTilt) * C0541196100;
        line[0] = Descale((outer + inner) << FractionBits, shift);
        line[4 * stride] = Descale((outer - inner) << FractionBits, shift);
        line[2 * stride] = Descale(turn + outerTilt * C0765366865, shift);
        line[6 * stride] = Descale(turn - innerTilt * C1847759065, shift);
        var odd = Odd(x3 - x4, x2 - x5, x1 - x6, x0 - x7);
        line[7 * stride] = Descale(odd.A, shift);
        line[5 * stride] = Descale(odd.B, shift);
        line[3 * stride] = Descale(odd.C, shift);
        line[stride] = Descale(odd.D, shift);
    }

    private static void Inverse(Span<int> line, int stride, int shift)
    {
        var turn = (line[2 * stride] + line[6 * stride]) * C0541196100;
        var tilt = turn - line[6 * stride] * C1847759065;
        var slope = turn + line[2 * stride] * C0765366865;
        var sum = (line[0] + line[4 * stride]) << FractionBits;
        var difference = (line[0] - line[4 * stride]) << FractionBits;
        var (even0, even1, even2, even3) = (sum + slope, difference + tilt, difference - tilt, sum - slope);
        var odd = Odd(line[7 * stride], line[5 * stride], line[3 * stride], line[stride]);
        line[0] = Descale(even0 + odd.D, shift);
        line[7 * stride] = Descale(even0 - odd.D, shift);
        line[stride] = Descale(even1 + odd.C, shift);
        line[6 * stride] = Descale(even1 - odd.C, shift);
        line[2 * stride] = Descale(even2 + odd.B, shift);
        line[5 * stride] = Descale(even2 - odd.B, shift);
        line[3 * stride] = Descale(even3 + odd.A, shift);
        line[4 * stride] = Descale(even3 - odd.A, shift);
    }

    /// <summary>The odd half, which is its own inverse.</summary>
    private static (int A, int B, int C, int D) Odd(int a, int b, int c, int d)
    {
        var all = (a + c + b + d) * C1175875602;
        var (ends, middle) = ((a + d) * -C0899976223, (b + c) * -C2562915447);
        var (first, second) = (all + (a + c) * -C1961570560, all + (b + d) * -C0390180644);
        return (a * C0298631336 + ends + first, b * C2053119869 + middle + second,
            c * C3072711026 + middle + first, d * C1501321110 + ends + second);
    }

    private static int Descale(int value, int bits) => (value + (1 << (bits - 1))) >> bits;
}
