using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>Shares and means over a cell's inputs.</summary>
internal static class Share
{
    /// <summary>The percentage of the inputs that meet a condition.</summary>
    public static double Pct(EvaluationRows rows, Func<int, bool> condition) =>
        100.0 * Enumerable.Range(0, rows.Count).Count(condition) / rows.Count;

    /// <summary>The mean over the inputs.</summary>
    public static double Mean(EvaluationRows rows, Func<int, double> value) => Enumerable.Range(0, rows.Count).Sum(value) / rows.Count;
}
