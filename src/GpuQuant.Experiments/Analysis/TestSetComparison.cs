using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>A float model and its deployed form on one test set.</summary>
/// <param name="TestSet">The test set: <c>original</c>, <c>fog</c>.</param>
/// <param name="Layers">The comparison, in the net's order.</param>
public sealed record TestSetComparison(string TestSet, IReadOnlyList<LayerComparison> Layers)
{
    /// <summary>The last layer before the probabilities.</summary>
    public LayerComparison Logits => Layers.LastOrDefault(layer => !layer.Kind.EndsWith("Softmax", StringComparison.Ordinal)) ?? Layers[^1];
}
