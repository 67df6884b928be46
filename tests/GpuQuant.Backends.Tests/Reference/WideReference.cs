using System.Numerics;

namespace GpuQuant.Backends.Tests.Reference;

/// <summary>TFLite's 16x8 arithmetic over unbounded integers, from its definition.</summary>
public static class WideReference
{
    /// <summary>int16 outputs of 64-bit sums.</summary>
    public static short[] Requantize(long[] sums, int columns, RequantizeCase c) =>
        [.. sums.Select((sum, i) => Requantize(sum, i % columns % c.Channels, c))];

    /// <summary>TFLite's quantized ADD of int16.</summary>
    public static short[] Add(short[] left, short[] right, IntAddFactors f) => [.. left.Zip(right, (x, y) =>
    {
        var sum = RequantizeReference.Multiply(x * (1 << 15), f.LeftMultiplier, f.LeftShift)
            + RequantizeReference.Multiply(y * (1 << 15), f.RightMultiplier, f.RightShift);
        return (short)BigInteger.Clamp(RequantizeReference.Multiply(sum, f.OutputMultiplier, f.OutputShift), f.Minimum, f.Maximum);
    })];

    /// <summary>Exact sums of a convolution with its bias.</summary>
    public static long[] Accumulate(ConvSizes sizes, short[] input, sbyte[] kernel, long[]? bias)
    {
        var sums = new long[sizes.OutputCount];
        foreach (var (x, w, y) in sizes.Products())
            sums[y] += input[x] * kernel[w];
        return [.. sums.Select((sum, y) => sum + (bias?[y % sizes.Out] ?? 0))];
    }

    /// <summary>The multiplier's upper 15 bits, rounded, 32,767 at most; then the product to the nearest, halves up.</summary>
    private static short Requantize(BigInteger sum, int channel, RequantizeCase c)
    {
        var upper = Math.Min(0x7FFF, (int)Math.Round(c.Multipliers[channel] / 65536m, MidpointRounding.AwayFromZero));
        var unit = BigInteger.One << (15 - c.Shifts[channel]);
        return (short)BigInteger.Clamp((2 * sum * upper + unit) >> (16 - c.Shifts[channel]), c.Minimum, c.Maximum);
    }
}
