using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>The area under the float model's risk-coverage curve: its mean error rate among its k surest inputs, over all k.</summary>
public sealed class FloatAurcMetric : IMetric
{
    /// <inheritdoc/>
    public string Name => "float_aurc_pct";

    /// <inheritdoc/>
    public string Description => "Area under the float model's risk-coverage curve, surest inputs first, in percent";

    /// <inheritdoc/>
    public double? Of(EvaluationRows rows) => RiskCoverage.AreaPct(rows, rows.Top1, rows.FloatClasses);
}
