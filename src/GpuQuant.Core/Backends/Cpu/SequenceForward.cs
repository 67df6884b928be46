using System.Runtime.Intrinsics;
using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

/// <summary>The forward walk: each step's gates from the state before, then the state from the gates.</summary>
internal abstract unsafe class SequenceForward(SequenceCall call, TensorView output, TensorView? states, WorkerPool pool)
    : SequenceWalk(call, pool, transposes: true)
{
    private readonly float* _output = CpuMemory.Address<float>(output);

    /// <summary>Batch x steps x units for the states before each step; null: nothing is kept.</summary>
    private readonly float* _states = CpuMemory.AddressOrNull<float>(states);

    /// <summary>The steps of the gates' integer weights; null: states are not quantized.</summary>
    private readonly float* _stateScales = CpuMemory.AddressOrNull<float>(call.StateScales);

    protected bool Keeps => _states != null;

    protected sealed override void Walk(int first, int count, float* scratch)
    {
        var state = scratch;
        var memory = scratch + GateStride;
        var masked = scratch + 2 * GateStride;
        var gates = scratch + 3 * GateStride;
        var steps = stackalloc float[Rows];
        for (var step = 0; step < Steps; step++)
        {
            for (var row = 0; row < count && _stateScales != null; row++)
                steps[row] = Quantize(state + row * Padded, masked + row * Padded);
            for (var gate = 0; gate < GateCount; gate++)
            {
                if (Masks != null)
                    Mask(gate, first, count, state, masked);
                Multiply(gate, Masks == null && _stateScales == null ? state : masked, gates + gate * GateStride);
                for (var row = 0; row < count && _stateScales != null; row++)
                    Scale(gates + gate * GateStride + row * Padded, steps[row] * _stateScales[gate]);
            }
            for (var row = 0; row < count; row++)
            {
                var (position, offset) = ((long)(first + row) * Steps + step, row * Padded);
                if (Keeps)
                    Keep(state + offset, _states + position * Units);
                Step(position, gates + offset, state + offset, memory + offset);
            }
        }
        for (var row = 0; row < count; row++)
            Keep(state + row * Padded, _output + (long)(first + row) * Units);
    }

    /// <summary>One step of one sequence.</summary>
    /// <param name="position">The step's number among those of all sequences.</param>
    /// <param name="sums">What the state before contributes to the gates; scratch from then on.</param>
    /// <param name="state">The state, changed.</param>
    /// <param name="memory">What else goes from step to step, changed.</param>
    protected abstract void Step(long position, float* sums, float* state, float* memory);

    /// <summary>A state's integers less their zero point, with a range of their own; gives their step.</summary>
    private float Quantize(float* state, float* integers)
    {
        var (low, high) = Ranges.Widen(state, Units, 0, 0);
        var (scale, zeroPoint) = (RowRangeFormula.Scale(low, high), RowRangeFormula.ZeroPoint(low, high));
        for (var i = 0; i < Padded; i += Lanes)
        {
            var steps = QuantizeVector.RoundHalfAway(Vector512.Load(state + i) * (1 / scale));
            var placed = QuantizeVector.Place(steps, Vector512.Create(zeroPoint), -128, 127) - Vector512.Create(zeroPoint);
            Vector512.ConvertToSingle(placed).Store(integers + i);
        }
        return scale;
    }

    private void Scale(float* sums, float factor)
    {
        for (var i = 0; i < Padded; i += Lanes)
            (Vector512.Load(sums + i) * factor).Store(sums + i);
    }
}
