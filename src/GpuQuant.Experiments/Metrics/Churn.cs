namespace GpuQuant.Experiments;

/// <summary>How two models trained alike but for the seed differ: the noise to hold quantization's disagreement against.</summary>
public static class Churn
{
    /// <summary>The percentage of inputs that the two classify differently, whichever is right.</summary>
    /// <param name="classes">One model's classes.</param>
    /// <param name="others">The other's, of the same inputs.</param>
    /// <exception cref="ArgumentException">The lists differ in length or hold nothing.</exception>
    /// <example>1, 2, 3, 3 and 1, 2, 2, 1 give 50.</example>
    public static double Pct(IReadOnlyList<int> classes, IReadOnlyList<int> others)
    {
        if (classes.Count != others.Count || classes.Count == 0)
            throw new ArgumentException($"{classes.Count} and {others.Count} classes make no pairs.", nameof(others));
        return 100.0 * classes.Where((one, i) => one != others[i]).Count() / classes.Count;
    }
}
