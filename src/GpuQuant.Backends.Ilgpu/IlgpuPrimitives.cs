using ILGPU;

namespace GpuQuant.Backends.Ilgpu;

/// <summary>The primitives as launches of kernels, split over files by group.</summary>
internal sealed partial class IlgpuPrimitives(KernelCache kernels) : IPrimitives
{
    /// <summary>What the call's <see cref="KernelCall.Workspace"/> has to hold.</summary>
    public long WorkspaceBytes(KernelCall call) => call switch
    {
        Conv2DBackwardWeightsCall c => Math.Max(KernelParts(c), BiasParts(c)),
        MomentsCall c => MomentsBytes(c.Input),
        Conv2DForwardCall { Moments: not null } c => MomentsBytes(c.Output),
        BatchNormBackwardCall c => new RowChunks(c.OutputGradient.Count / c.Mean.Count).PartBytes(c.Mean.Count),
        ReduceRowsCall c => new RowChunks(c.Rows).PartBytes(c.Columns),
        SymmetricRangeCall c => 4L * c.Scales.Count * MagnitudeParts(c),
        LearnedQuantizeBackwardCall c => 8L * c.Scales.Count * LearnedParts(c),
        MinMaxCall c => 8L * MinMaxThreads(c),
        ClipFactorCall c => new RowChunks(c.Values.Count).PartBytes(1),
        PgdStepCall c => PgdBytes(c),
        SequenceCall c => SequenceBytes(c),
        IntSequenceCall c => sizeof(int) * (long)SequenceScratch * c.Batch * c.Units,
        IntGemmCall or IntConv2DCall when call.Packed is null => PackedBytes(call),
        EmbeddingBackwardCall c => 2L * sizeof(int) * c.Tokens.Count,
        _ => 0,
    };

    private long KernelParts(Conv2DBackwardWeightsCall call) =>
        kernels.Blocks.IsEmpty ? ImageChunks(call).PartBytes(call.KernelGradient.Count) : WeightsBytes(call);

    private static long BiasParts(Conv2DBackwardWeightsCall call) => call.BiasGradient is { } bias
        ? new RowChunks(call.OutputGradient.Count / bias.Count).PartBytes(bias.Count)
        : 0;

    private static ArrayView<float> Floats(TensorView tensor) => IlgpuMemory.View<float>(tensor);

    private static ArrayView<sbyte> Int8s(TensorView tensor) => IlgpuMemory.View<sbyte>(tensor);

    private static ArrayView<short> Int16s(TensorView tensor) => IlgpuMemory.View<short>(tensor);

    private static ArrayView<long> Longs(TensorView tensor) => IlgpuMemory.View<long>(tensor);

    private static ArrayView<byte> Bytes(TensorView tensor) => IlgpuMemory.View<byte>(tensor);

    private static ArrayView<int> Ints(TensorView tensor) => IlgpuMemory.View<int>(tensor);

    // Kernels take no null: where an optional tensor is missing they get another one, and a flag not to look at it.
    private static ArrayView<T> Optional<T>(TensorView? tensor, TensorView other) where T : unmanaged =>
        IlgpuMemory.View<T>(tensor ?? other);

    private ArrayView<float> Scratch(KernelCall call) => IlgpuMemory.View<float>(
        call.Workspace ?? throw new InvalidOperationException($"{call.GetType().Name} needs a workspace of {WorkspaceBytes(call)} bytes."));

    private static int Flag(bool isSet) => isSet ? 1 : 0;

    private static int Flag(TensorView? optional) => optional is null ? 0 : 1;
}
