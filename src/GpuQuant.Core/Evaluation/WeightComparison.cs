using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization.Parts;

namespace GpuQuant.Evaluation;

/// <summary>A layer's float weights and what became of them in the deployed model.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Error">The deployed weights' error; batch normalization is folded into the float ones where the deployed model did so.</param>
/// <param name="Low">The least deployed weight.</param>
/// <param name="High">The greatest deployed weight.</param>
/// <param name="Histogram">The float weights.</param>
public sealed record WeightComparison(string Layer, LayerError Error, float Low, float High, ValueHistogram Histogram)
{
    /// <summary>The weights of all convolutions and dense layers that both models have, in order.</summary>
    /// <param name="trained">The trained model.</param>
    /// <param name="deployed">The deployed one.</param>
    public static IReadOnlyList<WeightComparison> Of(Model trained, Model deployed) =>
        [.. DeployedWeights.Of(trained, deployed).Select(weights => Of(weights.Layer, weights.Exact, weights.Values))];

    private static WeightComparison Of(string layer, Tensor exact, float[] values)
    {
        var (sums, histogram, low, high) = (new ErrorSums(), new ValueHistogram(), float.PositiveInfinity, float.NegativeInfinity);
        sums.Add(exact.Span<float>(), values);
        histogram.Add(exact.Span<float>());
        foreach (var value in values)
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        return new(layer, sums.Result(), low, high, histogram);
    }
}
