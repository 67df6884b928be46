using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>Accuracy class by class.</summary>
internal static class ClassAccuracy
{
    /// <summary>The accuracy on the class of lowest accuracy among those that have inputs, in percent.</summary>
    public static double WorstPct(EvaluationRows rows, int[] classes) => Enumerable.Range(0, rows.Count)
        .GroupBy(i => rows.Labels[i])
        .Min(group => 100.0 * group.Count(i => classes[i] == rows.Labels[i]) / group.Count());
}
