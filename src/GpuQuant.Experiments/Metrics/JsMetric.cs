using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>The mean Jensen-Shannon divergence of the two models' probabilities; at most ln 2.</summary>
public sealed class JsMetric : IMetric
{
    /// <inheritdoc/>
    public string Name => "js_nats";

    /// <inheritdoc/>
    public string Description => "Mean Jensen-Shannon divergence of the two models' probabilities, in nats";

    /// <inheritdoc/>
    public double? Of(EvaluationRows rows) => Share.Mean(rows, i => rows.JsDivergence[i]);
}
