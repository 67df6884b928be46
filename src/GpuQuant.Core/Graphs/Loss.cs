using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// What training minimizes: where in the graph it begins, and the calls that give its gradient there, the batch's loss and how many of
/// its samples are right.
/// </summary>
public abstract record Loss
{
    /// <summary>The loss that a net's output asks for: binary cross-entropy behind sigmoids, else softmax cross-entropy.</summary>
    public static Loss For(Graph graph) =>
        BinaryCrossEntropyLoss.Suits(graph) ? new BinaryCrossEntropyLoss() : new SoftmaxCrossEntropyLoss();

    /// <summary>The layer whose output the loss takes: the logits, if the graph ends in a softmax.</summary>
    public virtual Node Logits(Graph graph) => graph.Output.Op is SoftmaxOp ? graph.Output.Inputs[0] : graph.Output;

    /// <summary>The calls of the loss.</summary>
    /// <param name="logits">Batch x classes.</param>
    /// <param name="targets">Batch x classes, a distribution per row.</param>
    /// <param name="statistics">[2], written: the batch's summed loss and its number of correct samples.</param>
    /// <param name="gradient">Like the logits, written: the gradient of the batch's mean loss.</param>
    public abstract IEnumerable<KernelCall> Calls(
        TensorView logits, TensorView targets, TensorView statistics, TensorView gradient);

    /// <summary>Softmax cross-entropy with sums over the batch.</summary>
    private protected static IEnumerable<KernelCall> CrossEntropy(
        TensorView logits, TensorView targets, TensorView statistics, TensorView gradient)
    {
        if (logits.Shape.Rank != 2)
            throw new UsageException($"Softmax cross-entropy takes one score per class; the net's logits have shape {logits.Shape}.");
        var perSample = Plan.NewStorage("loss", DType.Float32, new Shape(logits.Shape[0], 2));
        return [new SoftmaxCrossEntropyCall(logits, targets, perSample, gradient), new ReduceRowsCall(perSample, statistics)];
    }
}

/// <summary>Softmax cross-entropy, for one class out of several.</summary>
public sealed record SoftmaxCrossEntropyLoss : Loss
{
    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Calls(
        TensorView logits, TensorView targets, TensorView statistics, TensorView gradient) =>
        CrossEntropy(logits, targets, statistics, gradient);
}
