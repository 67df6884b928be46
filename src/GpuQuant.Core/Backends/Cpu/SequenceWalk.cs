using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// A recurrent layer's walk over sequences, eight sequences at a time through all steps: their states stay in the nearest cache, and
/// threads meet only at the end. What a sequence gives does not depend on its neighbours. Within a step each gate's units are padded to
/// whole vectors; what stands in the padding is never used.
/// </summary>
internal abstract unsafe class SequenceWalk
{
    /// <summary>Sequences of a part: as many accumulators hide the multiply-add's latency.</summary>
    protected const int Rows = 8;

    protected const int Lanes = 16;
    private const int States = 3;

    private readonly WorkerPool _pool;
    private readonly float* _recurrent, _packed, _scratch;
    private readonly PoolJob _job;
    private readonly bool _transposes;

    /// <summary>Binds the tensors.</summary>
    /// <param name="call">The call.</param>
    /// <param name="pool">The threads.</param>
    /// <param name="transposes">Whether the sums run over the state before (forward) or over the gate's units (backward).</param>
    protected SequenceWalk(SequenceCall call, WorkerPool pool, bool transposes)
    {
        (_pool, _transposes, _job) = (pool, transposes, Run);
        (GateCount, Batch, Steps, Units, Padded) = (call.GateCount, call.Batch, call.Steps, call.Units, PaddedUnits(call));
        Gates = CpuMemory.Address<float>(call.Gates);
        Masks = CpuMemory.AddressOrNull<float>(call.Masks);
        _recurrent = CpuMemory.Address<float>(call.Recurrent);
        _packed = CpuMemory.Address<float>(call.Workspace!);
        _scratch = _packed + PackedFloats(call);
    }

    protected int GateCount { get; }

    protected int Batch { get; }

    protected int Steps { get; }

    protected int Units { get; }

    /// <summary>The units of a row in scratch memory.</summary>
    protected int Padded { get; }

    /// <summary>Batch x steps x gates x units.</summary>
    protected float* Gates { get; }

    /// <summary>Gates x batch x units, or null.</summary>
    protected float* Masks { get; }

    /// <summary>From a gate's row of a sequence to its next gate's.</summary>
    protected int GateStride => Rows * Padded;

    /// <summary>What the call needs: the weights in rows of whole vectors, and each thread's states and gates.</summary>
    public static long WorkspaceBytes(SequenceCall call, int workers) =>
        sizeof(float) * (PackedFloats(call) + (long)workers * (States + call.GateCount) * Rows * PaddedUnits(call));

    /// <summary>What runs the call.</summary>
    public Action Prepare() => () =>
    {
        Pack();
        _pool.Run((Batch + Rows - 1) / Rows, _job);
    };

    /// <summary>Walks over so many sequences from the first on, in zeroed scratch memory of states and gates.</summary>
    protected abstract void Walk(int first, int count, float* scratch);

    /// <summary>result[row] = values[row] times a gate's weights, for eight rows of a state or a gate.</summary>
    protected void Multiply(int gate, float* values, float* result)
    {
        var weights = _packed + (long)gate * Units * Padded;
        for (var column = 0; column < Padded; column += Lanes)
            Columns(values, weights + column, result + column);
    }

    /// <summary>Each sequence's row of values times its mask of that gate.</summary>
    protected void Mask(int gate, int first, int count, float* values, float* result)
    {
        for (var row = 0; row < count; row++)
        {
            var mask = Masks + ((long)gate * Batch + first + row) * Units;
            for (var i = 0; i < Padded; i += Lanes)
                (Vector512.Load(values + row * Padded + i) * Vector512.Load(mask + i)).Store(result + row * Padded + i);
        }
    }

    /// <summary>Copies a row without its padding.</summary>
    protected void Keep(float* row, float* target) => Unsafe.CopyBlockUnaligned(target, row, (uint)(Units * sizeof(float)));

    private static int PaddedUnits(SequenceCall call) => (call.Units + Lanes - 1) / Lanes * Lanes;

    private static long PackedFloats(SequenceCall call) => (long)call.GateCount * call.Units * PaddedUnits(call);

    private void Run(int part, int worker)
    {
        var floats = (States + GateCount) * Rows * Padded;
        var scratch = _scratch + (long)worker * floats;
        Unsafe.InitBlockUnaligned(scratch, 0, (uint)(floats * sizeof(float)));
        Walk(part * Rows, Math.Min(Rows, Batch - part * Rows), scratch);
    }

    private void Pack()
    {
        for (var gate = 0; gate < GateCount; gate++)
            for (var row = 0; row < Units; row++)
            {
                var target = _packed + ((long)gate * Units + row) * Padded;
                var weights = _recurrent + (long)gate * Units * Units;
                for (var i = 0; i < Units; i++)
                    target[i] = weights[_transposes ? i * Units + row : row * Units + i];
                for (var i = Units; i < Padded; i++)
                    target[i] = 0;
            }
    }

    [SkipLocalsInit]
    private void Columns(float* values, float* weights, float* result)
    {
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        var stride = Padded;
        var upper = values;
        var lower = values + 4 * stride;
        for (var k = Units; k > 0; k--, upper++, lower++, weights += stride)
        {
            var w = Vector512.Load(weights);
            c0 = Vector512.FusedMultiplyAdd(Vector512.Create(upper[0]), w, c0);
            c1 = Vector512.FusedMultiplyAdd(Vector512.Create(upper[stride]), w, c1);
            c2 = Vector512.FusedMultiplyAdd(Vector512.Create(upper[2 * stride]), w, c2);
            c3 = Vector512.FusedMultiplyAdd(Vector512.Create(upper[3 * stride]), w, c3);
            c4 = Vector512.FusedMultiplyAdd(Vector512.Create(lower[0]), w, c4);
            c5 = Vector512.FusedMultiplyAdd(Vector512.Create(lower[stride]), w, c5);
            c6 = Vector512.FusedMultiplyAdd(Vector512.Create(lower[2 * stride]), w, c6);
            c7 = Vector512.FusedMultiplyAdd(Vector512.Create(lower[3 * stride]), w, c7);
        }
        c0.Store(result);
        c1.Store(result + stride);
        c2.Store(result + 2 * stride);
        c3.Store(result + 3 * stride);
        c4.Store(result + 4 * stride);
        c5.Store(result + 5 * stride);
        c6.Store(result + 6 * stride);
        c7.Store(result + 7 * stride);
    }
}
