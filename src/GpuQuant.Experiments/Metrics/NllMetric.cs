using GpuQuant.Evaluation;
using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>The quantized model's mean negative log-likelihood: -ln p of the label, with p at least 1e-6.</summary>
public sealed class NllMetric : IMetric
{
    private const double Least = 1e-6;

    /// <inheritdoc/>
    public string Name => "nll_nats";

    /// <inheritdoc/>
    public string Description => "Mean negative log-likelihood of the label by the quantized model, in nats";

    /// <inheritdoc/>
    public double? Of(EvaluationRows rows) => Share.Mean(rows, i => -PortableMath.Log(Math.Max(rows.QuantizedLabelProbability[i], Least)));
}
