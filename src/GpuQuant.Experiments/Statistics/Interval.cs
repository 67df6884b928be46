namespace GpuQuant.Experiments;

/// <summary>A value and its 95% bootstrap interval.</summary>
/// <param name="Value">The value of the data as they are.</param>
/// <param name="Low">2.5% of the draws are below.</param>
/// <param name="High">2.5% of the draws are above.</param>
public readonly record struct Interval(double Value, double Low, double High)
{
    private const double Tail = 0.025;

    /// <summary>The percentile interval of some draws.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static Interval Of(double value, IReadOnlyCollection<double> draws)
    {
        if (draws.Count == 0)
            throw new ArgumentException("An interval needs at least one draw.", nameof(draws));
        var sorted = draws.Order().ToArray();
        return new(value, Quantile(sorted, Tail), Quantile(sorted, 1 - Tail));
    }

    // Between the two nearest of the sorted values, in proportion.
    private static double Quantile(double[] sorted, double share)
    {
        var position = share * (sorted.Length - 1);
        var below = (int)Math.Floor(position);
        return sorted[below] + ((position - below) * (sorted[Math.Min(below + 1, sorted.Length - 1)] - sorted[below]));
    }
}
