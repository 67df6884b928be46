using GpuQuant.Numerics;
namespace GpuQuant.Backends.Cpu;

/// <summary>The primitives on the CPU, split over files by group.</summary>
internal sealed unsafe partial class CpuPrimitives(WorkerPool pool, CpuIsa isa) : IPrimitives
{
    /// <summary>What the call's <see cref="KernelCall.Workspace"/> has to hold.</summary>
    public long WorkspaceBytes(KernelCall call) => call switch
    {
        GemmCall c => 4 * ForGemm(c).WorkspaceFloats(c, pool.Workers),
        Conv2DForwardCall c => 4 * ForForward(c).WorkspaceFloats(c, pool.Workers),
        Conv2DBackwardDataCall c when GreyGradient.Suits(c) => 4 * GreyGradient.WorkspaceFloats(c, pool.Workers),
        Conv2DBackwardDataCall c => 4 * ForBackwardData(c).WorkspaceFloats(c, pool.Workers),
        Conv2DBackwardWeightsCall c => 4 * ForBackwardWeights(c).WorkspaceFloats(c, pool.Workers),
        ReduceRowsCall c => RowReduction.WorkspaceBytes(c.Rows, c.Columns),
        MinMaxCall c => 8L * RangeChunks(c.Input.Count),
        MomentsCall c => MomentsBytes(c.Input),
        ClipFactorCall c => SquareSum.WorkspaceBytes(c.Values.Count),
        BatchNormForwardCall c => TableBytes(ForwardTables, c.Mean.Count),
        BatchNormInferenceCall c => TableBytes(ForwardTables, c.Mean.Count),
        BatchNormBackwardCall c => BatchNormBackwardBytes(c),
        FakeQuantizeForwardCall c => ScaleTableBytes(c.Scales, c.Inner),
        FakeQuantizeBackwardCall c => ScaleTableBytes(c.Scales, c.Inner),
        LearnedQuantizeBackwardCall c => LearnedGradient.WorkspaceBytes(c.Scales.Count, c.Input.Count),
        DequantizeCall c => sizeof(int) * (long)Items(c).Count,
        Pool2DForwardCall c => PoolBytes(c),
        Pool2DBackwardCall c => PoolBytes(c),
        IntGemmCall { A.Type: DType.Int8 } c => ShapeOf(c).WorkspaceBytes(pool.Workers) + InWorkspace(c, ShapeOf(c).PackedBytes),
        IntConv2DCall { Input.Type: DType.Int8 } c => ShapeOf(c).WorkspaceBytes(pool.Workers) + InWorkspace(c, ShapeOf(c).PackedBytes),
        SequenceCall c => SequenceWalk.WorkspaceBytes(c, pool.Workers),
        IntSequenceCall c => new IntSequenceSizes(c, c.IsSimulated ? sizeof(float) : ElementBytes).WorkspaceBytes(pool.Workers),
        _ => 0,
    };

    /// <summary>What the call's <see cref="KernelCall.Packed"/> has to hold.</summary>
    public long PackedBytes(KernelCall call) => call switch
    {
        Conv2DForwardCall c => sizeof(float) * ForForward(c).PackedFloats(c),
        IntGemmCall { A.Type: DType.Int8 } c => ShapeOf(c).PackedBytes,
        IntConv2DCall { Input.Type: DType.Int8 } c => ShapeOf(c).PackedBytes,
        _ => 0,
    };

    /// <summary>What fills it.</summary>
    public Action PreparePacking(KernelCall call) => call switch
    {
        Conv2DForwardCall c => ForForward(c).Forward(c, pool).Pack,
        IntGemmCall { A.Type: DType.Int8 } c => Product(ShapeOf(c), c, new IntProductCall(c)).Pack,
        IntConv2DCall { Input.Type: DType.Int8 } c => Product(ShapeOf(c), c, new IntProductCall(c)).Pack,
        _ => throw new InvalidOperationException($"{call.GetType().Name} has no weights to pack."),
    };

    private static long InWorkspace(KernelCall call, long packed) => call.Packed is null ? packed : 0;

    private static T* At<T>(TensorView view) where T : unmanaged => CpuMemory.Address<T>(view);

    private static T* AtOrNull<T>(TensorView? view) where T : unmanaged => CpuMemory.AddressOrNull<T>(view);

    private static T* Scratch<T>(KernelCall call) where T : unmanaged =>
        call.Workspace is { } workspace
            ? CpuMemory.Address<T>(workspace)
            : throw new InvalidOperationException($"{call.GetType().Name} needs a workspace.");
}
