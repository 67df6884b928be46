namespace GpuQuant.Formulas;

/// <summary>
/// TFLite's integer requantization (gemmlowp's fixed point; Jacob et al. 2018): two roundings, exactly as its reference kernels do.
/// </summary>
internal static class RequantizeFormula
{
    /// <summary>
    /// a b / 2^31, rounded to the nearest with halves up (gemmlowp's SaturatingRoundingDoublingHighMul, ARM's vqrdmulh): 1.5 becomes 2,
    /// -1.5 becomes -1. The only overflow, -2^31 squared, saturates.
    /// </summary>
    /// <remarks>
    /// gemmlowp writes it as a nudge by the product's sign and a division towards zero, which is the same number. ILGPU makes a shift
    /// of a division by 2^31 whatever the sign, so it must be a shift here.
    /// </remarks>
    public static int DoublingHighMultiply(int a, int b)
    {
        if (a == int.MinValue && b == int.MinValue)
            return int.MaxValue;
        return (int)(((long)a * b + (1L << 30)) >> 31);
    }

    /// <summary>x / 2^exponent, rounded half away from zero: 3 by 1 gives 2, -3 by 1 gives -2.</summary>
    public static int RoundingShiftRight(int x, int exponent)
    {
        var mask = (int)((1L << exponent) - 1);
        var remainder = x & mask;
        var threshold = (mask >> 1) + (x < 0 ? 1 : 0);
        return (x >> exponent) + (remainder > threshold ? 1 : 0);
    }

    /// <summary>x * multiplier / 2^31 * 2^shift in TFLite's two roundings (MultiplyByQuantizedMultiplier).</summary>
    public static int Multiply(int x, int multiplier, int shift)
    {
        var left = shift > 0 ? shift : 0;
        var right = shift > 0 ? 0 : -shift;
        return RoundingShiftRight(DoublingHighMultiply(x << left, multiplier), right);
    }

    /// <summary>
    /// x * multiplier / 2^31 * 2^shift in one rounding, halves up: TFLite's MultiplyByQuantizedMultiplier of 64-bit numbers, which keeps
    /// the 15 upper bits of the multiplier. For |x| below 2^47 and shifts from -31 to 7.
    /// </summary>
    /// <example>Factor 0.5, so 2^30 and shift 0, reduced to 2^14: 3 gives 2 (1.5 goes up), -3 gives -1.</example>
    public static long MultiplyWide(long x, int multiplier, int shift)
    {
        var reduced = multiplier < 0x7FFF0000 ? (multiplier + (1 << 15)) >> 16 : 0x7FFF;
        var right = 15 - shift;
        return (x * reduced + (1L << (right - 1))) >> right;
    }

    /// <summary>A 64-bit accumulator with its bias to an output integer, whose zero point is 0.</summary>
    public static int RequantizeWide(long accumulator, int multiplier, int shift, int minimum, int maximum)
    {
        var q = MultiplyWide(accumulator, multiplier, shift);
        return q < minimum ? minimum : q > maximum ? maximum : (int)q;
    }

    /// <summary>An accumulator with its bias to an output integer.</summary>
    public static int Requantize(int accumulator, int multiplier, int shift, int zeroPoint, int minimum, int maximum)
    {
        var q = Multiply(accumulator, multiplier, shift) + zeroPoint;
        return q < minimum ? minimum : q > maximum ? maximum : q;
    }
}
