using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>The expected calibration error of the quantized model, in percent, with 15 equal bins of confidence.</summary>
public sealed class CalibrationErrorMetric : IMetric
{
    /// <inheritdoc/>
    public string Name => "ece_pct";

    /// <inheritdoc/>
    public string Description => "Expected calibration error of the quantized model, 15 bins, in percent";

    /// <inheritdoc/>
    public double? Of(EvaluationRows rows) => Calibration.ErrorPct(rows, rows.QuantizedTop1, rows.QuantizedClasses);
}
