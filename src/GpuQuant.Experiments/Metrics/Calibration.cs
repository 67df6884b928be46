using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>How far confidence and accuracy lie apart (Guo et al. 2017).</summary>
internal static class Calibration
{
    private const int Bins = 15;

    /// <summary>
    /// The expected calibration error in percent: inputs in 15 equal bins of confidence, (k/15, (k+1)/15], and of each bin the distance
    /// between its mean confidence and its accuracy, weighted by its inputs.
    /// </summary>
    public static double ErrorPct(EvaluationRows rows, float[] confidences, int[] classes)
    {
        // A bin's weighted distance is that of its sums: |confidence - accuracy| n_bin / n = |sum of confidences - correct ones| / n.
        var distances = new double[Bins];
        for (var i = 0; i < rows.Count; i++)
        {
            var bin = Math.Clamp((int)Math.Ceiling((double)confidences[i] * Bins) - 1, 0, Bins - 1);
            distances[bin] += confidences[i] - (classes[i] == rows.Labels[i] ? 1 : 0);
        }
        return 100 * distances.Sum(Math.Abs) / rows.Count;
    }
}
