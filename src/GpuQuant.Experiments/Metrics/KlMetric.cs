using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>The mean Kullback-Leibler divergence of the float model's probabilities against the quantized ones (at least 1e-6).</summary>
public sealed class KlMetric : IMetric
{
    /// <inheritdoc/>
    public string Name => "kl_nats";

    /// <inheritdoc/>
    public string Description => "Mean divergence of the probabilities, float against quantized, in nats";

    /// <inheritdoc/>
    public double? Of(EvaluationRows rows) => Share.Mean(rows, i => rows.KlDivergence[i]);
}
