namespace GpuQuant.Experiments;

/// <summary>
/// McNemar's test (1947) in its exact form: whether two models that answer the same inputs are right equally often. Only the inputs that
/// one of them has right count; under the null hypothesis each falls to either side with probability one half.
/// </summary>
public static class McNemar
{
    /// <summary>The two-sided p value: the probability of a split at least as uneven.</summary>
    /// <param name="onlyFirst">Inputs that only the first model has right.</param>
    /// <param name="onlySecond">Inputs that only the second has right.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative.</exception>
    /// <example>3 and 11 give 0.0574; 12 and 12 give 1.</example>
    public static double PValue(int onlyFirst, int onlySecond)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(onlyFirst);
        ArgumentOutOfRangeException.ThrowIfNegative(onlySecond);
        var (all, least) = (onlyFirst + onlySecond, Math.Min(onlyFirst, onlySecond));
        // Downwards from the greatest term, each as a multiple of it: nothing underflows before it no longer counts.
        var (term, sum) = (1.0, 1.0);
        for (var k = least; k > 0; k--)
        {
            term *= k / (double)(all - k + 1);
            sum += term;
        }
        return Math.Min(1, 2 * sum * Math.Exp(LogBinomial(all, least) - (all * Math.Log(2))));
    }

    private static double LogBinomial(int all, int some)
    {
        var log = 0.0;
        for (var k = 1; k <= some; k++)
            log += Math.Log((all - some + k) / (double)k);
        return log;
    }
}
