using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// Binary cross-entropy, the mean over outputs that each are a sigmoid's probability of their own class (Keras's
/// <c>binary_crossentropy</c> with one-hot targets), computed from what goes into the sigmoids.
/// </summary>
public sealed record BinaryCrossEntropyLoss : CrossEntropyLoss
{
    /// <summary>Whether a graph ends in sigmoids.</summary>
    public static bool Suits(Graph graph) => graph.Output.Op is ActivationOp { Activation: Activation.Sigmoid };

    /// <inheritdoc/>
    public override Node Logits(Graph graph) => Suits(graph)
        ? graph.Output.Inputs[0]
        : throw new UsageException($"Binary cross-entropy takes a net that ends in sigmoids; this one ends in {graph.Output}.");

    /// <inheritdoc/>
    public override KernelCall PerSample(TensorView logits, TensorView targets, TensorView statistics, TensorView gradient) =>
        new BinaryCrossEntropyCall(logits, targets, statistics, gradient);
}
