using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>100 times the inputs that the quantized model classifies as their label, by all inputs.</summary>
public sealed class AccuracyMetric : IMetric
{
    /// <inheritdoc/>
    public string Name => "accuracy_pct";

    /// <inheritdoc/>
    public string Description => "Inputs that the quantized model gets right, in percent";

    /// <inheritdoc/>
    public double? Of(EvaluationRows rows) => Share.Pct(rows, i => rows.QuantizedClasses[i] == rows.Labels[i]);
}
