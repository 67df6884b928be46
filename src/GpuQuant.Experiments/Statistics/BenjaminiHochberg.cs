namespace GpuQuant.Experiments;

/// <summary>
/// Many tests at once: Benjamini and Hochberg 1995. Of the tests whose adjusted value is at most q, no more than the share q is expected to
/// be wrong.
/// </summary>
public static class BenjaminiHochberg
{
    /// <summary>The adjusted values, in the order of the p values: each the least q at which its test counts.</summary>
    /// <example>0.01, 0.04, 0.03 give 0.03, 0.04, 0.04.</example>
    public static IReadOnlyList<double> Adjust(IReadOnlyList<double> pValues)
    {
        var order = Enumerable.Range(0, pValues.Count).OrderByDescending(i => pValues[i]).ToArray();
        var adjusted = new double[pValues.Count];
        var least = 1.0;
        foreach (var (above, i) in order.Index())
        {
            least = Math.Min(least, pValues[i] * pValues.Count / (pValues.Count - above));
            adjusted[i] = least;
        }
        return adjusted;
    }
}
