using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// What training minimizes: where in the graph it begins, and the calls that give its gradient there and each sample's loss and
/// correctness.
/// </summary>
public abstract record Loss
{
    /// <summary>The layer whose output the loss takes: the logits, if the graph ends in a softmax.</summary>
    public abstract Node Logits(Graph graph);

    /// <summary>Emits the loss.</summary>
    /// <param name="logits">Batch x classes.</param>
    /// <param name="targets">Batch x classes, a distribution per row.</param>
    /// <param name="statistics">Batch x 2, written: loss and correctness of each sample.</param>
    /// <param name="gradient">Like the logits, written: the gradient of the batch's mean loss.</param>
    public abstract KernelCall Call(TensorView logits, TensorView targets, TensorView statistics, TensorView gradient);
}

/// <summary>Softmax cross-entropy, for one class out of several.</summary>
public sealed record SoftmaxCrossEntropyLoss : Loss
{
    /// <inheritdoc/>
    public override Node Logits(Graph graph) => graph.Output.Op is SoftmaxOp ? graph.Output.Inputs[0] : graph.Output;

    /// <inheritdoc/>
    public override KernelCall Call(TensorView logits, TensorView targets, TensorView statistics, TensorView gradient) =>
        logits.Shape.Rank == 2
            ? new SoftmaxCrossEntropyCall(logits, targets, statistics, gradient)
            : throw new UsageException($"Softmax cross-entropy takes one score per class; the net's logits have shape {logits.Shape}.");
}
