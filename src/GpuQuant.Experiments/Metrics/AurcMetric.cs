using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>The area under the quantized model's risk-coverage curve: its mean error rate among its k surest inputs, over all k.</summary>
public sealed class AurcMetric : IMetric
{
    /// <inheritdoc/>
    public string Name => "aurc_pct";

    /// <inheritdoc/>
    public string Description => "Area under the quantized model's risk-coverage curve, surest inputs first, in percent";

    /// <inheritdoc/>
    public double? Of(EvaluationRows rows) => RiskCoverage.AreaPct(rows, rows.QuantizedTop1, rows.QuantizedClasses);
}
