using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>A loss that one call gives sample by sample; the batch's is their sum.</summary>
public abstract record CrossEntropyLoss : Loss
{
    /// <summary>The call for all samples.</summary>
    /// <param name="logits">Batch x classes.</param>
    /// <param name="targets">Batch x classes, a distribution per row.</param>
    /// <param name="statistics">Batch x 2, written: each sample's loss, and 1 where it is right, else 0.</param>
    /// <param name="gradient">Like the logits, written: the gradient of the batch's mean loss.</param>
    public abstract KernelCall PerSample(TensorView logits, TensorView targets, TensorView statistics, TensorView gradient);

    /// <inheritdoc/>
    public sealed override IEnumerable<KernelCall> Calls(
        TensorView logits, TensorView targets, TensorView statistics, TensorView gradient)
    {
        if (logits.Shape.Rank != 2)
            throw new UsageException($"Cross-entropy takes one score per class; the net's logits have shape {logits.Shape}.");
        var perSample = Plan.NewStorage("loss", DType.Float32, new Shape(logits.Shape[0], 2));
        return [PerSample(logits, targets, perSample, gradient), new ReduceRowsCall(perSample, statistics)];
    }
}

/// <summary>Softmax cross-entropy, for one class out of several.</summary>
public sealed record SoftmaxCrossEntropyLoss : CrossEntropyLoss
{
    /// <inheritdoc/>
    public override KernelCall PerSample(TensorView logits, TensorView targets, TensorView statistics, TensorView gradient) =>
        new SoftmaxCrossEntropyCall(logits, targets, statistics, gradient);
}
