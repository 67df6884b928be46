using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>Inputs that the float model gets wrong and the quantized one right, in percent.</summary>
public sealed class PositiveFlipMetric : IMetric
{
    /// <inheritdoc/>
    public string Name => "positive_flip_pct";

    /// <inheritdoc/>
    public string Description => "Inputs that quantization turns from wrong to right, in percent";

    /// <inheritdoc/>
    public double? Of(EvaluationRows rows) => Share.Pct(
        rows, i => rows.FloatClasses[i] != rows.Labels[i] && rows.QuantizedClasses[i] == rows.Labels[i]);
}
