using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>
/// How many of the float model's five likeliest classes (all, where there are fewer) are among the quantized model's, in percent.
/// </summary>
public sealed class TopFiveAgreementMetric : IMetric
{
    private const int Likeliest = 5;

    /// <inheritdoc/>
    public string Name => "top5_agreement_pct";

    /// <inheritdoc/>
    public string Description => "Classes common to both models' five likeliest, in percent";

    /// <inheritdoc/>
    public double? Of(EvaluationRows rows)
    {
        // With five classes or fewer all are common on every input; with more, at most five can be.
        var all = rows.Top5.Max() == rows.Top5.Min() && IsFewClasses(rows) ? rows.Top5[0] : Likeliest;
        return 100 * Share.Mean(rows, i => rows.Top5[i]) / all;
    }

    private static bool IsFewClasses(EvaluationRows rows) =>
        rows.Top5[0] > 0 && rows.Labels.Concat(rows.FloatClasses).Concat(rows.QuantizedClasses).Max() < rows.Top5[0];
}
