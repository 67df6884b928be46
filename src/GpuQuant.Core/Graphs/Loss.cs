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
    public static CrossEntropyLoss For(Graph graph) =>
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
}
