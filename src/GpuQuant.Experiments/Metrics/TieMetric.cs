using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>The disagreements in percent of the inputs where the quantized model's greatest output stands more than once.</summary>
public sealed class TieMetric : IMetric
{
    /// <inheritdoc/>
    public string Name => "tie_pct";

    /// <inheritdoc/>
    public string Description => "Disagreements that only the order of equal outputs decides, in percent of the inputs";

    /// <inheritdoc/>
    public double? Of(EvaluationRows rows) => Share.Pct(rows, i => rows.Ties[i] && rows.QuantizedClasses[i] != rows.FloatClasses[i]);
}
