using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>The share of the disagreements that stand among the 5% of the inputs of smallest margin; null if nothing disagrees.</summary>
public sealed class FoundAtFivePercentMetric : IMetric
{
    /// <inheritdoc/>
    public string Name => "found_at_5_pct";

    /// <inheritdoc/>
    public string Description => "Disagreements among the 5% of the inputs of smallest margin, in percent of all";

    /// <inheritdoc/>
    public double? Of(EvaluationRows rows) => EarlyWarning.FoundPct(rows, 5);
}
