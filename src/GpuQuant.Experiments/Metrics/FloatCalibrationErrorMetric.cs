using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>The expected calibration error of the float model, in percent, with 15 equal bins of confidence.</summary>
public sealed class FloatCalibrationErrorMetric : IMetric
{
    /// <inheritdoc/>
    public string Name => "float_ece_pct";

    /// <inheritdoc/>
    public string Description => "Expected calibration error of the float model, 15 bins, in percent";

    /// <inheritdoc/>
    public double? Of(EvaluationRows rows) => Calibration.ErrorPct(rows, rows.Top1, rows.FloatClasses);
}
