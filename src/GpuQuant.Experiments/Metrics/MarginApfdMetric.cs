using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>The average percentage of faults detected by the order of margins, smallest first; null if nothing disagrees.</summary>
public sealed class MarginApfdMetric : IMetric
{
    /// <inheritdoc/>
    public string Name => "margin_apfd";

    /// <inheritdoc/>
    public string Description => "Average share of disagreements found when the smallest margins are checked first, 0 to 1";

    /// <inheritdoc/>
    public double? Of(EvaluationRows rows) => EarlyWarning.MarginApfd(rows);
}
