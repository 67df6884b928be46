using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>The quantized model's accuracy on the class on which it is lowest, of the classes that occur.</summary>
public sealed class WorstClassMetric : IMetric
{
    /// <inheritdoc/>
    public string Name => "worst_class_accuracy_pct";

    /// <inheritdoc/>
    public string Description => "Accuracy of the quantized model on its worst class, in percent";

    /// <inheritdoc/>
    public double? Of(EvaluationRows rows) => ClassAccuracy.WorstPct(rows, rows.QuantizedClasses);
}
