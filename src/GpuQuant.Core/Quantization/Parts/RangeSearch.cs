namespace GpuQuant.Quantization.Parts;

/// <summary>Ranges from what a histogram has seen.</summary>
public static class RangeSearch
{
    private const int Candidates = 100;

    /// <summary>The range by the spec's rule; what lies beyond it is clamped.</summary>
    /// <param name="spec">The quantizer.</param>
    /// <param name="values">The values; without any, the range is 0 to 0.</param>
    public static (double Low, double High) Of(QuantizerSpec spec, ValueHistogram values)
    {
        if (spec.Range.Kind == RangeKind.Fixed)
            return (spec.Range.Low, spec.Range.High);
        if (values.Count == 0)
            return (0, 0);
        return spec.Range.Kind switch
        {
            RangeKind.Percentile => (values.Quantile(1 - spec.Range.Low), values.Quantile(spec.Range.Low)),
            RangeKind.Mse => Best(values, (low, high) => SquaredError(spec, values, low, high)),
            RangeKind.Kl => Best(values, new HistogramDivergence(spec, values).Of),
            _ => (values.Minimum, values.Maximum),
        };
    }

    /// <summary>The sum of squared distances between the bins' middles and their quantized values, weighted by the counts.</summary>
    public static double SquaredError(QuantizerSpec spec, ValueHistogram values, double low, double high)
    {
        var (scale, zeroPoint) = spec.Cover(low, high);
        var sum = 0.0;
        for (var bin = 0; bin < values.Counts.Length; bin++)
            if (values.Counts[bin] > 0)
            {
                var middle = values.Middle(bin);
                var error = spec.FakeQuantize(middle, scale, zeroPoint) - middle;
                sum += error * error * values.Counts[bin];
            }
        return sum;
    }

    /// <summary>
    /// The Kullback-Leibler divergence, in nats, of the values, those beyond the range counted at its last bins, from what is left of
    /// those within it when each number is spread evenly over the bins that it stands for (empty bins stay empty).
    /// </summary>
    public static double Divergence(QuantizerSpec spec, ValueHistogram values, double low, double high) =>
        new HistogramDivergence(spec, values).Of(low, high);

    /// <summary>The best of a hundred ranges: the whole one, cut at ever smaller distances from 0.</summary>
    private static (double Low, double High) Best(ValueHistogram values, Func<double, double, double> cost)
    {
        var (best, least) = ((Low: (double)values.Minimum, High: (double)values.Maximum), double.PositiveInfinity);
        var farthest = Math.Max(-best.Low, best.High);
        for (var step = Candidates; step > 0; step--)
        {
            var limit = farthest * step / Candidates;
            var (low, high) = (Math.Max(values.Minimum, -limit), Math.Min(values.Maximum, limit));
            var found = cost(low, high);
            if (found < least)
                (best, least) = ((low, high), found);
        }
        return best;
    }
}
