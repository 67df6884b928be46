using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

/// <summary>What an integer recurrent layer does at a step with the sums of 16 neighbouring units of a sequence.</summary>
internal abstract unsafe class IntCells(IntSequenceCall call, bool usesVectors)
{
    private readonly int* _multipliers = CpuMemory.Address<int>(call.Multipliers), _shifts = CpuMemory.Address<int>(call.Shifts);
    // Of each gate's inputs, of each gate's states, and last of the state.
    private readonly FixedPointVector[] _factors = new FixedPointVector[2 * call.GateCount + 1];

    /// <summary>The units of a state: from a gate's input sums to the next gate's.</summary>
    protected int Units { get; } = call.Units;

    /// <summary>How states become int8.</summary>
    protected IntStateFactors State { get; } = call.State;

    /// <summary>Takes the factors as they are now.</summary>
    public void Begin()
    {
        for (var i = 0; i < _factors.Length - 1; i++)
            _factors[i] = FixedPointVector.Of(_multipliers[i], _shifts[i]);
        _factors[^1] = FixedPointVector.Of(State.Multiplier, State.Shift);
    }

    /// <summary>One step.</summary>
    /// <param name="inputs">The input sums of the first gate.</param>
    /// <param name="sums">The state sums of the first gate.</param>
    /// <param name="stride">From a gate's state sums to the next gate's.</param>
    /// <param name="memory">What goes from step to step, 16 bits; changed.</param>
    /// <param name="state">The state, 16 values of int8; written.</param>
    public void Step(int* inputs, int* sums, int stride, short* memory, sbyte* state)
    {
        if (usesVectors)
            Vectors(inputs, sums, stride, memory, state);
        else
            for (var unit = 0; unit < IntTile.Lanes; unit++)
                state[unit] = (sbyte)Plain(inputs + unit, sums + unit, stride, ref memory[unit]);
    }

    /// <summary>One unit by the formulas; gives its state.</summary>
    protected abstract int Plain(int* inputs, int* sums, int stride, ref short memory);

    /// <summary>16 units, AVX2.</summary>
    protected abstract void Vectors(int* inputs, int* sums, int stride, short* memory, sbyte* state);

    /// <summary>A gate before its function.</summary>
    protected int Gate(int gate, int* inputs, int* sums, int stride) => StateFormula.Gate(
        inputs[gate * Units], _multipliers[gate], _shifts[gate],
        sums[gate * stride], _multipliers[GateCount + gate], _shifts[GateCount + gate]);

    /// <summary>The third of gated recurrent units' gates before its function.</summary>
    protected int Candidate(int* inputs, int* sums, int stride, int r) => StateFormula.Candidate(
        inputs[2 * Units], _multipliers[2], _shifts[2], r, sums[2 * stride], _multipliers[GateCount + 2], _shifts[GateCount + 2]);

    /// <summary>16 of them; the inputs' part is clamped before the states' is added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected Vector256<short> GateSums(int gate, int* inputs, int* sums, int stride)
    {
        ref readonly var ofInputs = ref _factors[gate];
        ref readonly var ofStates = ref _factors[GateCount + gate];
        var x = inputs + gate * Units;
        var y = sums + gate * stride;
        return Packed(
            ofStates.Apply(Vector256.Load(y)) + Clamped(ofInputs.Apply(Vector256.Load(x))),
            ofStates.Apply(Vector256.Load(y + 8)) + Clamped(ofInputs.Apply(Vector256.Load(x + 8))));
    }

    /// <summary>A gate's input sums as 16-bit numbers.</summary>
    protected Vector256<short> InputPart(int gate, int* inputs) => Part(in _factors[gate], inputs + gate * Units);

    /// <summary>A gate's state sums as 16-bit numbers.</summary>
    protected Vector256<short> StatePart(int gate, int* sums, int stride) => Part(in _factors[GateCount + gate], sums + gate * stride);

    /// <summary>x y / 2^exponent, halves away from zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static Vector256<short> Product(Vector256<short> x, Vector256<short> y, int exponent)
    {
        // Products of 16 bits come out in two halves; where 32-bit lanes are packed they find their places again.
        var (low, high) = (Avx2.MultiplyLow(x, y), Avx2.MultiplyHigh(x, y));
        return Avx2.PackSignedSaturate(
            GateVector.RoundingShiftRight(Avx2.UnpackLow(low, high).AsInt32(), exponent),
            GateVector.RoundingShiftRight(Avx2.UnpackHigh(low, high).AsInt32(), exponent));
    }

    /// <summary>Stores 16 states, each a factor times a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected void Store(Vector256<short> quantized, sbyte* state)
    {
        var shifted = Avx2.AddSaturate(quantized, Vector256.Create((short)State.ZeroPoint));
        Sse2.PackSignedSaturate(shifted.GetLower(), shifted.GetUpper()).Store(state);
    }

    /// <summary>Two vectors of eight as one of sixteen, in order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static Vector256<short> Packed(Vector256<int> lower, Vector256<int> upper) =>
        Avx2.Permute4x64(Avx2.PackSignedSaturate(lower, upper).AsInt64(), 0b11_01_10_00).AsInt16();

    /// <summary>The factor of the state.</summary>
    protected ref readonly FixedPointVector StateFactor => ref _factors[^1];

    private int GateCount => _factors.Length / 2;

    private static Vector256<short> Part(in FixedPointVector factor, int* sums) =>
        Packed(factor.Apply(Vector256.Load(sums)), factor.Apply(Vector256.Load(sums + 8)));

    private static Vector256<int> Clamped(Vector256<int> x) =>
        Vector256.Min(Vector256.Max(x, Vector256.Create((int)short.MinValue)), Vector256.Create((int)short.MaxValue));
}
