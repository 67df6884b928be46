using GpuQuant.Evaluation;
using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>The float model's mean negative log-likelihood: -ln p of the label, with p at least 1e-6.</summary>
public sealed class FloatNllMetric : IMetric
{
    private const double Least = 1e-6;

    /// <inheritdoc/>
    public string Name => "float_nll_nats";

    /// <inheritdoc/>
    public string Description => "Mean negative log-likelihood of the label by the float model, in nats";

    /// <inheritdoc/>
    public double? Of(EvaluationRows rows) => Share.Mean(rows, i => -PortableMath.Log(Math.Max(rows.LabelProbability[i], Least)));
}
