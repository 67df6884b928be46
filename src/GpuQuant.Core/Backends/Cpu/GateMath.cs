using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// Exponential, sigmoid and hyperbolic tangent of 16 values from multiply-adds and divisions in a fixed order: the same bits on every
/// machine, within 3 units in the last place.
/// </summary>
internal static class GateMath
{
    // Adding 1.5 2^23 rounds to a whole number, which then stands in the lowest bits.
    private const float Rounder = 12582912f, Log2E = 1.44269504f, Ln2High = 0.693359375f, Ln2Low = -2.12194440e-4f;
    private const float Least = -87, Greatest = 88;
    private const int RounderBits = 0x4B400000, ExponentBias = 127, MantissaBits = 23;

    // Below, the difference 1 - e^-2x would cancel, and the first terms of the series are exact to a float.
    private const float SmallTanh = 0.25f;

    // 2^-80, far below what a sum with other gradients could show.
    private const float Negligible = 8.2718061e-25f;

    /// <summary>
    /// 0 for values next to nothing. Gradients fade from step to step; arithmetic on what is left of them, numbers below the least normal
    /// one, would take a hundred times as long.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Settle(Vector512<float> x) =>
        Vector512.ConditionalSelect(Vector512.LessThan(Vector512.Abs(x), Vector512.Create(Negligible)), default, x);

    /// <summary>e^x, for x from -87 to 88; that of the nearer end beyond.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        x = Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512.Create(Least)), Vector512.Create(Least), x);
        x = Vector512.ConditionalSelect(Vector512.GreaterThan(x, Vector512.Create(Greatest)), Vector512.Create(Greatest), x);
        // x = n ln 2 + r with |r| <= ln 2 / 2, where the series up to r^7 / 7! ends below 6e-9.
        var rounded = Vector512.FusedMultiplyAdd(x, Vector512.Create(Log2E), Vector512.Create(Rounder));
        var n = rounded - Vector512.Create(Rounder);
        var r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Ln2High), x);
        r = Vector512.FusedMultiplyAdd(n, Vector512.Create(-Ln2Low), r);
        var series = Vector512.Create(1f / 5040);
        series = Vector512.FusedMultiplyAdd(series, r, Vector512.Create(1f / 720));
        series = Vector512.FusedMultiplyAdd(series, r, Vector512.Create(1f / 120));
        series = Vector512.FusedMultiplyAdd(series, r, Vector512.Create(1f / 24));
        series = Vector512.FusedMultiplyAdd(series, r, Vector512.Create(1f / 6));
        series = Vector512.FusedMultiplyAdd(series, r, Vector512.Create(0.5f));
        series = Vector512.FusedMultiplyAdd(series, r, Vector512<float>.One);
        series = Vector512.FusedMultiplyAdd(series, r, Vector512<float>.One);
        var exponent = rounded.AsInt32() - Vector512.Create(RounderBits - ExponentBias);
        return series * (exponent << MantissaBits).AsSingle();
    }

    /// <summary>1 / (1 + e^-x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Sigmoid(Vector512<float> x) => Vector512<float>.One / (Vector512<float>.One + Exp(-x));

    /// <summary>tanh x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Tanh(Vector512<float> x)
    {
        var magnitude = Vector512.Abs(x);
        var e = Exp(magnitude * -2f);
        var large = (Vector512<float>.One - e) / (Vector512<float>.One + e);
        var square = x * x;
        var series = Vector512.Create(62f / 2835);
        series = Vector512.FusedMultiplyAdd(series, square, Vector512.Create(-17f / 315));
        series = Vector512.FusedMultiplyAdd(series, square, Vector512.Create(2f / 15));
        series = Vector512.FusedMultiplyAdd(series, square, Vector512.Create(-1f / 3));
        var small = Vector512.FusedMultiplyAdd(series * square, magnitude, magnitude);
        var result = Vector512.ConditionalSelect(Vector512.LessThan(magnitude, Vector512.Create(SmallTanh)), small, large);
        return result ^ (x & Vector512.Create(-0f));
    }
}
