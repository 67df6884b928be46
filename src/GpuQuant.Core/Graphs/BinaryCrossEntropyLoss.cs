using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// Binary cross-entropy, the mean over outputs that each are a sigmoid's probability of their own class (Keras's
/// <c>binary_crossentropy</c> with one-hot targets), computed from what goes into the sigmoids.
/// </summary>
public sealed record BinaryCrossEntropyLoss : Loss
{
    /// <summary>Whether a graph ends in sigmoids.</summary>
    public static bool Suits(Graph graph) => graph.Output.Op is ActivationOp { Activation: Activation.Sigmoid };

    /// <inheritdoc/>
    public override Node Logits(Graph graph) => Suits(graph)
        ? graph.Output.Inputs[0]
        : throw new UsageException($"Binary cross-entropy takes a net that ends in sigmoids; this one ends in {graph.Output}.");

    /// <inheritdoc/>
    public override IEnumerable<KernelCall> Calls(
        TensorView logits, TensorView targets, TensorView statistics, TensorView gradient)
    {
        if (logits.Shape.Rank != 2)
            throw new UsageException($"Binary cross-entropy takes one score per class; the net's logits have shape {logits.Shape}.");
        var perSample = Plan.NewStorage("loss", DType.Float32, new Shape(logits.Shape[0], 2));
        return [new BinaryCrossEntropyCall(logits, targets, perSample, gradient), new ReduceRowsCall(perSample, statistics)];
    }
}
