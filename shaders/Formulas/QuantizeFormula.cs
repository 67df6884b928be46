using GpuQuant.Backends;

namespace GpuQuant.Formulas;

/// <summary>Rounding and quantizing of single values: one formula for every backend, exact in float32.</summary>
internal static class QuantizeFormula
{
    /// <summary>To the nearest integer, halves away from zero: 2.5 becomes 3, -2.5 becomes -3.</summary>
    /// <remarks>
    /// Adding 0.5 to x would round 0.49999997 up. Nor is the whole part taken off: where x is a product, GPU compilers fuse the two
    /// (a multiply-add rounds once), and a tie would look like less. Whole numbers above 2^23 have no half beside them.
    /// </remarks>
    public static float RoundHalfAway(float x)
    {
        var whole = Scalar.Truncate(x);
        return x == whole ? whole : x >= whole + 0.5f ? whole + 1 : x <= whole - 0.5f ? whole - 1 : whole;
    }

    /// <summary>To the nearest integer, halves to even: 2.5 becomes 2, 3.5 becomes 4.</summary>
    public static float RoundHalfEven(float x)
    {
        var whole = Scalar.Truncate(x);
        var fraction = Scalar.Abs(x - whole);
        var away = x >= 0 ? whole + 1 : whole - 1;
        var wholeIsOdd = Scalar.Truncate(whole * 0.5f) * 2 != whole;
        return fraction > 0.5f || (fraction == 0.5f && wholeIsOdd) ? away : whole;
    }

    /// <summary>clamp(round(x / scale) + zero point, minimum, maximum), halves away from zero.</summary>
    public static int Quantize(float x, float scale, int zeroPoint, int minimum, int maximum) =>
        Place(RoundHalfAway(x / scale), zeroPoint, minimum, maximum);

    /// <summary>The integer of one value in the stated rounding, as <see cref="QuantizeCall"/> says.</summary>
    public static int Quantize(float x, float scale, int zeroPoint, int minimum, int maximum, Rounding rounding)
    {
        if (rounding == Rounding.TruncateAndWrap)
        {
            var toUnsigned = minimum < 0 ? 128 : 0;
            return ((int)Scalar.Truncate(Limit(x / scale + (zeroPoint + toUnsigned))) & 0xFF) - toUnsigned;
        }
        var steps = rounding == Rounding.HalfEven ? RoundHalfEven(x / scale) : RoundHalfAway(x / scale);
        return Place(steps, zeroPoint, minimum, maximum);
    }

    /// <summary>Whether a value is inside the range, so that the straight-through gradient passes.</summary>
    public static bool IsInside(float x, float scale, int zeroPoint, int minimum, int maximum)
    {
        var q = RoundHalfAway(x / scale) + zeroPoint;
        return q >= minimum && q <= maximum;
    }

    /// <summary>(q - zero point) * scale.</summary>
    public static float Dequantize(int q, float scale, int zeroPoint) => (q - zeroPoint) * scale;

    /// <summary>
    /// Quantized and dequantized: (clamp(round(x / scale) + zero point) - zero point) * scale. The integers stay in float32, where they
    /// are exact; what is no number stays none.
    /// </summary>
    public static float FakeQuantize(float x, float scale, int zeroPoint, int minimum, int maximum)
    {
        var q = RoundHalfAway(x / scale) + zeroPoint;
        return ((q < minimum ? minimum : q > maximum ? maximum : q) - zeroPoint) * scale;
    }

    /// <summary>Adds the zero point and clamps; whole numbers of steps far outside the range saturate.</summary>
    public static int Place(float steps, int zeroPoint, int minimum, int maximum)
    {
        var q = (int)Limit(steps) + zeroPoint;
        return q < minimum ? minimum : q > maximum ? maximum : q;
    }

    private static float Limit(float steps) => steps > 1e6f ? 1e6f : steps < -1e6f ? -1e6f : steps;
}
