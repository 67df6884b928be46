using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuQuant.Backends.Cpu;

/// <summary><see cref="FixedPointVector"/> on 16 numbers, AVX-512.</summary>
internal readonly struct FixedPointVector512
{
    private readonly Vector512<int> _multiplier, _oddMultiplier, _left, _right, _mask, _half;
    private readonly bool _shiftsLeft;

    private FixedPointVector512(Vector512<int> multiplier, Vector512<int> left, Vector512<int> right)
    {
        (_multiplier, _left, _right) = (multiplier, left, right);
        _shiftsLeft = left != Vector512<int>.Zero;
        _oddMultiplier = Vector512.ShiftRightLogical(multiplier.AsInt64(), 32).AsInt32();
        _mask = Avx512F.ShiftLeftLogicalVariable(Vector512<int>.One, right.AsUInt32()) - Vector512<int>.One;
        _half = Vector512.ShiftRightLogical(_mask, 1);
    }

    /// <summary>A panel's factors.</summary>
    public unsafe FixedPointVector512(in IntLanes lanes)
        : this(Vector512.Load(lanes.Multipliers), Vector512.Load(lanes.Left), Vector512.Load(lanes.Right))
    {
    }

    /// <summary>The same factor for all, positive shifts to the left.</summary>
    public static FixedPointVector512 Of(int multiplier, int shift) =>
        new(Vector512.Create(multiplier), Vector512.Create(Math.Max(shift, 0)), Vector512.Create(Math.Max(-shift, 0)));

    /// <summary>x * multiplier / 2^31 * 2^shift in two roundings.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<int> Apply(Vector512<int> x)
    {
        var nudge = Vector512.Create(1L << 30);
        x = _shiftsLeft ? Avx512F.ShiftLeftLogicalVariable(x, _left.AsUInt32()) : x;
        var even = Avx512F.Multiply(x, _multiplier) + nudge;
        var odd = Avx512F.Multiply(Vector512.ShiftRightLogical(x.AsInt64(), 32).AsInt32(), _oddMultiplier) + nudge;
        // Bits 31 to 62 of the products, each in its place.
        var high = Vector512.ConditionalSelect(Vector512.Create(0xFFFFFFFFL).AsInt32(),
            Vector512.ShiftRightLogical(even, 31).AsInt32(), Vector512.ShiftLeft(odd, 1).AsInt32());
        var threshold = _half - Vector512.ShiftRightArithmetic(high, 31);
        return Avx512F.ShiftRightArithmeticVariable(high, _right.AsUInt32()) - Vector512.GreaterThan(high & _mask, threshold);
    }
}
