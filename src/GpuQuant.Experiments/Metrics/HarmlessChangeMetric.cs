using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>Inputs that both models get wrong, each in its own way, in percent.</summary>
public sealed class HarmlessChangeMetric : IMetric
{
    /// <inheritdoc/>
    public string Name => "harmless_change_pct";

    /// <inheritdoc/>
    public string Description => "Inputs that quantization turns from wrong to another wrong, in percent";

    /// <inheritdoc/>
    public double? Of(EvaluationRows rows) => Share.Pct(
        rows, i => rows.FloatClasses[i] != rows.Labels[i] && rows.QuantizedClasses[i] != rows.Labels[i]
            && rows.QuantizedClasses[i] != rows.FloatClasses[i]);
}
