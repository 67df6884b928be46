using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>
/// The margin-aware fallback: the quantized model answers, and where the difference of its two greatest probabilities is below a threshold
/// the float model answers in its place. What does each threshold cost, and what does it save?
/// </summary>
public static class MarginFallback
{
    /// <summary>A point per threshold.</summary>
    /// <param name="cell">A quantized model on a test set.</param>
    /// <param name="thresholds">Margins, 0 to 1; 0 never asks the float model.</param>
    /// <exception cref="ArgumentException">The cell has no inputs.</exception>
    /// <example>
    /// Margins 0.9, 0.1, 0.3 of which the second disagrees: with the threshold 0.2 one input of three goes to the float model, and none
    /// disagrees any more.
    /// </example>
    public static IReadOnlyList<FallbackPoint> Curve(EvaluationRows cell, IReadOnlyList<double> thresholds)
    {
        if (cell.Count == 0)
            throw new ArgumentException("A cell without inputs has no curve.", nameof(cell));
        return [.. thresholds.Select(threshold => PointOf(cell, threshold))];
    }

    private static FallbackPoint PointOf(EvaluationRows cell, double threshold)
    {
        var (asked, right, differing) = (0, 0, 0);
        for (var i = 0; i < cell.Count; i++)
        {
            var isAsked = (double)cell.QuantizedTop1[i] - cell.QuantizedTop2[i] < threshold;
            var answer = isAsked ? cell.FloatClasses[i] : cell.QuantizedClasses[i];
            asked += isAsked ? 1 : 0;
            right += answer == cell.Labels[i] ? 1 : 0;
            differing += answer != cell.FloatClasses[i] ? 1 : 0;
        }
        return new(threshold, 100.0 * asked / cell.Count, 100.0 * right / cell.Count, 100.0 * differing / cell.Count);
    }
}
