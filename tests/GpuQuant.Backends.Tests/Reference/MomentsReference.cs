namespace GpuQuant.Backends.Tests.Reference;

/// <summary>Mean, variance and range of one channel.</summary>
public sealed record MomentsReference(Approx Mean, Approx Variance, Approx Least, Approx Greatest)
{
    public static MomentsReference Compute(IReadOnlyList<Approx> channel)
    {
        var mean = Approx.Sum(channel) / channel.Count;
        return new(mean, Approx.Sum(channel.Select(x => (x - mean) * (x - mean))) / channel.Count,
            channel.MinBy(x => x.Value), channel.MaxBy(x => x.Value));
    }

    /// <summary>Of every channel: the means, the variances, the least values, the greatest.</summary>
    public static Approx[] ComputeAll(IReadOnlyList<Approx> rows, int channels)
    {
        var moments = Enumerable.Range(0, channels)
            .Select(c => Compute([.. rows.Where((_, i) => i % channels == c)])).ToArray();
        return
        [
            .. moments.Select(m => m.Mean), .. moments.Select(m => m.Variance), .. moments.Select(m => m.Least),
            .. moments.Select(m => m.Greatest),
        ];
    }
}
