namespace GpuQuant.Experiments;

/// <summary>A value over several seeds.</summary>
/// <param name="Mean">The arithmetic mean.</param>
/// <param name="StandardDeviation">The sample standard deviation (divisor n - 1); null with a single seed.</param>
/// <param name="Count">The number n of seeds.</param>
public readonly record struct Spread(double Mean, double? StandardDeviation, int Count)
{
    /// <summary>The spread of some values: of 1, 2, 3 the mean 2 and the standard deviation 1.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public static Spread Of(IReadOnlyCollection<double> values)
    {
        if (values.Count == 0)
            throw new ArgumentException("A spread needs at least one value.", nameof(values));
        var mean = values.Average();
        var squares = values.Sum(value => (value - mean) * (value - mean));
        return new Spread(mean, values.Count == 1 ? null : Math.Sqrt(squares / (values.Count - 1)), values.Count);
    }
}
