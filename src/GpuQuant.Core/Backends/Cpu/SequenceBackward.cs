using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>The walk back: from the last step's state to the first, each step's gates first, then the state before.</summary>
internal abstract unsafe class SequenceBackward(
    SequenceCall call, TensorView outputGradient, TensorView gateGradients, TensorView recurrentGradients, WorkerPool pool)
    : SequenceWalk(call, pool, transposes: false)
{
    private readonly float* _outputGradient = CpuMemory.Address<float>(outputGradient);
    private readonly float* _recurrentGradients = CpuMemory.Address<float>(recurrentGradients);

    protected float* GateGradients { get; } = CpuMemory.Address<float>(gateGradients);

    protected sealed override void Walk(int first, int count, float* scratch)
    {
        var state = scratch;
        var memory = scratch + GateStride;
        var part = scratch + 2 * GateStride;
        var gates = scratch + 3 * GateStride;
        for (var row = 0; row < count; row++)
            Keep(_outputGradient + (long)(first + row) * Units, state + row * Padded);
        for (var step = Steps - 1; step >= 0; step--)
        {
            for (var row = 0; row < count; row++)
            {
                var position = (long)(first + row) * Steps + step;
                Step(position, step == 0, gates + row * Padded, state + row * Padded, memory + row * Padded);
                for (var gate = 0; gate < GateCount; gate++)
                    Keep(gates + gate * GateStride + row * Padded,
                        _recurrentGradients + ((long)gate * Batch * Steps + position) * Units);
            }
            for (var gate = 0; gate < GateCount; gate++)
            {
                Multiply(gate, gates + gate * GateStride, part);
                if (Masks != null)
                    Mask(gate, first, count, part, part);
                Add(part, state);
            }
        }
    }

    /// <summary>One step of one sequence.</summary>
    /// <param name="position">The step's number among those of all sequences.</param>
    /// <param name="isFirst">Whether nothing was before it.</param>
    /// <param name="gates">Written: the gradients of what the state before contributed to the gates.</param>
    /// <param name="state">
    /// The state's gradient; becomes that of the state before, as far as that does not go through the gates.
    /// </param>
    /// <param name="memory">The gradient of what else goes from step to step, changed.</param>
    protected abstract void Step(long position, bool isFirst, float* gates, float* state, float* memory);

    private void Add(float* values, float* sums)
    {
        for (var i = 0; i < GateStride; i += Lanes)
            GateMath.Settle(Vector512.Load(sums + i) + Vector512.Load(values + i)).Store(sums + i);
    }
}
