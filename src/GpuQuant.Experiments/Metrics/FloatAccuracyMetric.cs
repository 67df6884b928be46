using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>100 times the inputs that the float model classifies as their label, by all inputs.</summary>
public sealed class FloatAccuracyMetric : IMetric
{
    /// <inheritdoc/>
    public string Name => "float_accuracy_pct";

    /// <inheritdoc/>
    public string Description => "Inputs that the float model gets right, in percent";

    /// <inheritdoc/>
    public double? Of(EvaluationRows rows) => Share.Pct(rows, i => rows.FloatClasses[i] == rows.Labels[i]);
}
