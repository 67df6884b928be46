using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// TFLite's multiplication by fixed-point factors on 8 numbers, AVX2: the same bits as <see cref="Formulas.RequantizeFormula.Multiply"/>.
/// Multipliers are 31-bit numbers, so that its one overflow cannot occur.
/// </summary>
internal readonly struct FixedPointVector
{
    private readonly Vector256<int> _multiplier, _oddMultiplier, _left, _right, _mask, _half;
    private readonly bool _shiftsLeft;

    public FixedPointVector(Vector256<int> multiplier, Vector256<int> left, Vector256<int> right)
    {
        (_multiplier, _left, _right) = (multiplier, left, right);
        _shiftsLeft = left != Vector256<int>.Zero;
        _oddMultiplier = Vector256.ShiftRightLogical(multiplier.AsInt64(), 32).AsInt32();
        _mask = Avx2.ShiftLeftLogicalVariable(Vector256<int>.One, right.AsUInt32()) - Vector256<int>.One;
        _half = Vector256.ShiftRightLogical(_mask, 1);
    }

    /// <summary>The same factor for all, positive shifts to the left.</summary>
    public static FixedPointVector Of(int multiplier, int shift) =>
        new(Vector256.Create(multiplier), Vector256.Create(Math.Max(shift, 0)), Vector256.Create(Math.Max(-shift, 0)));

    /// <summary>A panel's factors from a lane on.</summary>
    public static unsafe FixedPointVector Load(in IntLanes lanes, int first) =>
        new(Vector256.Load(lanes.Multipliers + first), Vector256.Load(lanes.Left + first), Vector256.Load(lanes.Right + first));

    /// <summary>x * multiplier / 2^31 * 2^shift in two roundings.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<int> Apply(Vector256<int> x)
    {
        var nudge = Vector256.Create(1L << 30);
        x = _shiftsLeft ? Avx2.ShiftLeftLogicalVariable(x, _left.AsUInt32()) : x;
        var even = Avx2.Multiply(x, _multiplier) + nudge;
        var odd = Avx2.Multiply(Vector256.ShiftRightLogical(x.AsInt64(), 32).AsInt32(), _oddMultiplier) + nudge;
        // Bits 31 to 62 of the products, each in its place.
        var high = Avx2.Blend(
            Vector256.ShiftRightLogical(even, 31).AsInt32(), Vector256.ShiftLeft(odd, 1).AsInt32(), 0b10101010);
        var threshold = _half - Vector256.ShiftRightArithmetic(high, 31);
        return Avx2.ShiftRightArithmeticVariable(high, _right.AsUInt32()) - Vector256.GreaterThan(high & _mask, threshold);
    }
}
