using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>Inputs that the float model gets right and the quantized one wrong, in percent.</summary>
public sealed class NegativeFlipMetric : IMetric
{
    /// <inheritdoc/>
    public string Name => "negative_flip_pct";

    /// <inheritdoc/>
    public string Description => "Inputs that quantization turns from right to wrong, in percent";

    /// <inheritdoc/>
    public double? Of(EvaluationRows rows) => Share.Pct(
        rows, i => rows.FloatClasses[i] == rows.Labels[i] && rows.QuantizedClasses[i] != rows.Labels[i]);
}
