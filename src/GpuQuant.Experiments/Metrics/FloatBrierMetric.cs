using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>The float model's Brier score: the mean of sum (p - y)^2 over the classes, 0 to 2, y = 1 for the label and else 0.</summary>
public sealed class FloatBrierMetric : IMetric
{
    /// <inheritdoc/>
    public string Name => "float_brier";

    /// <inheritdoc/>
    public string Description => "Brier score of the float model, 0 to 2";

    /// <inheritdoc/>
    public double? Of(EvaluationRows rows) => Share.Mean(rows, i => 2.0 - rows.Gini[i] - 2.0 * rows.LabelProbability[i]);
}
