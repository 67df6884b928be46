namespace GpuQuant.Backends.Tests.Reference;

/// <summary>A moving range and its scale and zero point. The arithmetic is float32 with defined rounding but for the average.</summary>
public sealed record RangeUpdateReference(Approx Low, Approx High)
{
    public static RangeUpdateReference Compute(float[] range, float[]? batch, float momentum)
    {
        if (batch is null)
            return new(range[0], range[1]);
        var isFirst = range is [0, 0];
        return new(Moved(range[0], Math.Min(0, batch[0])), Moved(range[1], Math.Max(0, batch[1])));

        Approx Moved(float old, float seen) => isFirst ? seen : (Approx)momentum * old + ((Approx)1 - momentum) * seen;
    }

    /// <summary>Of a range as it is stored, in float32.</summary>
    public static (float Scale, int ZeroPoint) Parameters(float low, float high, int minimum, int maximum)
    {
        var scale = (high - low) / (maximum - minimum);
        if (scale == 0)
            return (1, 0);
        var (below, above) = (low / scale, high / scale);
        double exact = -minimum - below < maximum + above ? minimum - below : maximum - above;
        return (scale, (int)Math.Clamp(Math.Round(exact, MidpointRounding.AwayFromZero), minimum, maximum));
    }
}
