using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>A number that sums a cell up. Its name ends in its unit: <c>_pct</c> for percentages, <c>_nats</c>.</summary>
public interface IMetric : INamed
{
    /// <summary>What it says, in a line.</summary>
    string Description { get; }

    /// <summary>The number of one cell of at least one input; null where it is not defined. The inputs' order plays no part.</summary>
    double? Of(EvaluationRows rows);
}
