using System.Numerics;

namespace GpuQuant.Backends.Tests.Reference;

/// <summary>TFLite's requantization from its two definitions over unbounded integers.</summary>
public static class RequantizeReference
{
    public static int[] Compute(
        int[] accumulators, int columns, int[] multipliers, int[] shifts, int zeroPoint, int minimum, int maximum) =>
        [.. accumulators.Select((accumulator, i) =>
        {
            var channel = i % columns % multipliers.Length;
            var scaled = Multiply(accumulator, multipliers[channel], shifts[channel]);
            return (int)BigInteger.Clamp(scaled + zeroPoint, minimum, maximum);
        })];

    public static BigInteger Multiply(BigInteger x, int multiplier, int shift) =>
        ShiftRight(DoublingHighMultiply(shift > 0 ? x << shift : x, multiplier), shift > 0 ? 0 : -shift);

    /// <summary>
    /// a b / 2^31 to the nearest, halves up as gemmlowp and ARM's vqrdmulh have it, saturated: 1.5 gives 2, -1.5 gives -1.
    /// </summary>
    public static BigInteger DoublingHighMultiply(BigInteger a, BigInteger b) =>
        BigInteger.Min(int.MaxValue, (a * b + (1 << 30)) >> 31);

    /// <summary>x / 2^exponent to the nearest, halves away from zero: 1.5 gives 2, -1.5 gives -2.</summary>
    public static BigInteger ShiftRight(BigInteger x, int exponent)
    {
        var unit = BigInteger.One << exponent;
        var magnitude = (2 * BigInteger.Abs(x) + unit) / (2 * unit);
        return x.Sign * magnitude;
    }
}
