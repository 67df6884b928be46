using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>What a model errs on if it answers only its surest inputs (Geifman and El-Yaniv 2017).</summary>
internal static class RiskCoverage
{
    /// <summary>
    /// The mean, over k = 1..n, of the error rate among the k most confident inputs, in percent. Inputs of equal confidence count in
    /// every order alike, by the errors that k of them hold on average.
    /// </summary>
    public static double AreaPct(EvaluationRows rows, float[] confidences, int[] classes)
    {
        var groups = Enumerable.Range(0, rows.Count).GroupBy(i => confidences[i]).OrderByDescending(group => group.Key);
        var (answered, errors, area) = (0, 0.0, 0.0);
        foreach (var group in groups)
        {
            var size = group.Count();
            var rate = (double)group.Count(i => classes[i] != rows.Labels[i]) / size;
            for (var k = 0; k < size; k++)
                area += (errors += rate) / ++answered;
        }
        return 100 * area / rows.Count;
    }
}
