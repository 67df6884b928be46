using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

/// <summary>The formulas of <see cref="QuantizeFormula"/> on 16 values at once: the same results, bit for bit.</summary>
internal static unsafe class QuantizeVector
{
    /// <summary>To the nearest integer, halves away from zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> RoundHalfAway(Vector512<float> x)
    {
        // The greatest number below a half: a half itself would round 0.49999997 up. Sums with it that are no number of steps round
        // back down below the next integer, and up to it from exactly half way on.
        var almostHalf = Vector512.Create(0.49999997f) | (x & Vector512.Create(-0f));
        return Vector512.Truncate(x + almostHalf);
    }

    /// <summary>Quantizes and dequantizes as <see cref="QuantizeFormula.FakeQuantize"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> FakeQuantize(
        Vector512<float> x, Vector512<float> scale, Vector512<float> zeroPoint, Vector512<float> minimum, Vector512<float> maximum)
    {
        var q = RoundHalfAway(x / scale) + zeroPoint;
        q = Vector512.ConditionalSelect(Vector512.LessThan(q, minimum), minimum, q);
        q = Vector512.ConditionalSelect(Vector512.GreaterThan(q, maximum), maximum, q);
        return (q - zeroPoint) * scale;
    }

    /// <summary>Adds the zero points and clamps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Place(Vector512<float> steps, Vector512<int> zeroPoints, int minimum, int maximum)
    {
        var q = Vector512.ConvertToInt32(Limit(steps)) + zeroPoints;
        return Vector512.Min(Vector512.Max(q, Vector512.Create(minimum)), Vector512.Create(maximum));
    }

    /// <summary>The integers of 16 values in the stated rounding.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> Quantize(Vector512<float> x, float scale, int zeroPoint, int minimum, int maximum, Rounding rounding)
    {
        var steps = x / Vector512.Create(scale);
        if (rounding == Rounding.TruncateAndWrap)
        {
            var toUnsigned = minimum < 0 ? 128 : 0;
            var q = Vector512.ConvertToInt32(Limit(steps + Vector512.Create((float)(zeroPoint + toUnsigned))));
            return (q & Vector512.Create(0xFF)) - Vector512.Create(toUnsigned);
        }
        var rounded = rounding == Rounding.HalfEven ? Vector512.Round(steps) : RoundHalfAway(steps);
        return Place(rounded, Vector512.Create(zeroPoint), minimum, maximum);
    }

    /// <summary>Stores the low byte of each integer.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreBytes(Vector512<int> q, void* bytes)
    {
        var halves = Vector256.Narrow(q.GetLower(), q.GetUpper());
        Vector128.Narrow(halves.GetLower(), halves.GetUpper()).Store((sbyte*)bytes);
    }

    /// <summary>16 bytes as integers, signed or not.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<int> LoadBytes(byte* bytes, bool isSigned)
    {
        var (low, high) = isSigned
            ? Vector128.Widen(Vector128.Load((sbyte*)bytes))
            : Shorts(Vector128.Widen(Vector128.Load(bytes)));
        var (first, second) = Vector256.Widen(Vector256.Create(low, high));
        return Vector512.Create(first, second);
    }

    private static (Vector128<short> Low, Vector128<short> High) Shorts((Vector128<ushort> Low, Vector128<ushort> High) halves) =>
        (halves.Low.AsInt16(), halves.High.AsInt16());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Limit(Vector512<float> steps)
    {
        var (most, least) = (Vector512.Create(1e6f), Vector512.Create(-1e6f));
        var below = Vector512.ConditionalSelect(Vector512.GreaterThan(steps, most), most, steps);
        return Vector512.ConditionalSelect(Vector512.LessThan(below, least), least, below);
    }
}
