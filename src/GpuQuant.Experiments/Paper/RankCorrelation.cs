namespace GpuQuant.Experiments;

/// <summary>Whether two lists of numbers put the same things in the same order (Spearman 1904): 1 the same, -1 the reverse.</summary>
public static class RankCorrelation
{
    private const int LeastPairs = 3;

    /// <summary>The correlation of the ranks, equal numbers sharing the mean of their ranks.</summary>
    /// <returns>-1 to 1; null for fewer than three pairs, or where one side holds a single number.</returns>
    /// <example>(1, 2, 3, 4) and (1, 3, 2, 4) give 0.8.</example>
    public static double? Spearman(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        if (first.Count != second.Count)
            throw new ArgumentException($"{first.Count} and {second.Count} numbers make no pairs.", nameof(second));
        if (first.Count < LeastPairs)
            return null;
        var (x, y) = (CentredRanks(first), CentredRanks(second));
        var spread = Math.Sqrt(x.Sum(rank => rank * rank) * y.Sum(rank => rank * rank));
        return spread == 0 ? null : x.Zip(y, (a, b) => a * b).Sum() / spread;
    }

    private static double[] CentredRanks(IReadOnlyList<double> values)
    {
        var middle = (values.Count - 1) / 2.0;
        return [.. values.Select(value => values.Count(other => other < value) + (values.Count(other => other == value) - 1) / 2.0 - middle)];
    }
}
