using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>100 times the inputs that the two models classify differently, by all inputs.</summary>
public sealed class DisagreementMetric : IMetric
{
    /// <inheritdoc/>
    public string Name => "disagreement_pct";

    /// <inheritdoc/>
    public string Description => "Inputs on which the two models differ, in percent";

    /// <inheritdoc/>
    public double? Of(EvaluationRows rows) => Share.Pct(rows, i => rows.QuantizedClasses[i] != rows.FloatClasses[i]);
}
