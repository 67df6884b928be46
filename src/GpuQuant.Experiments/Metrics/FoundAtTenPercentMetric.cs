using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>The share of the disagreements that stand among the 10% of the inputs of smallest margin; null if nothing disagrees.</summary>
public sealed class FoundAtTenPercentMetric : IMetric
{
    /// <inheritdoc/>
    public string Name => "found_at_10_pct";

    /// <inheritdoc/>
    public string Description => "Disagreements among the 10% of the inputs of smallest margin, in percent of all";

    /// <inheritdoc/>
    public double? Of(EvaluationRows rows) => EarlyWarning.FoundPct(rows, 10);
}
