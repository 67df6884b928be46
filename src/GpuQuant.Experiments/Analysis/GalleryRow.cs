using GpuQuant.Models;

namespace GpuQuant.Experiments;

/// <summary>A line of the <see cref="QuantizationGallery"/>: a net in one scheme.</summary>
/// <param name="Card">Net and scheme; <c>float32</c> is the net itself.</param>
/// <param name="Inputs">Test samples.</param>
/// <param name="Correct">Those that are classified as their label.</param>
/// <param name="Disagreements">Those that are classified unlike by the float model.</param>
/// <param name="Bytes">The model's file.</param>
/// <param name="LogitsSqnrDb">The signal to quantization noise ratio of the values before the softmax; null for the net itself.</param>
public sealed record GalleryRow(ModelCard Card, int Inputs, int Correct, int Disagreements, long Bytes, double? LogitsSqnrDb)
{
    /// <summary>100 Correct / n.</summary>
    public double AccuracyPct => 100.0 * Correct / Inputs;

    /// <summary>100 Disagreements / n.</summary>
    public double DisagreementPct => 100.0 * Disagreements / Inputs;
}
