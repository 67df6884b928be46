using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>The study's uncertainties.</summary>
internal static class Rq3Scores
{
    /// <summary>Their names, in the order of its tables.</summary>
    public static readonly string[] Names = ["entropy", "gini", "margin", "least_confidence"];

    /// <summary>Their columns in a cell, in that order, the margin negated so that all grow with uncertainty.</summary>
    public static float[][] Of(EvaluationRows cell) =>
        [cell.Entropy, cell.Gini, Array.ConvertAll(cell.Margin, margin => -margin), cell.LeastConfidence];
}
