namespace GpuQuant.Tests.Support;

/// <summary>Compares two ways to make the same random pictures by mean, standard deviation and histogram.</summary>
internal static class PictureStatistics
{
    private const int Bins = 16;

    /// <summary>
    /// The statistics by which the sets differ. Picture by picture, the difference of a statistic between the two ways has mean 0 if they
    /// draw from one distribution; so the mean over n pictures stays within five of its standard errors, deviation / sqrt(n), but for one
    /// case in a million.
    /// </summary>
    public static string[] Differences(IReadOnlyList<byte[]> expected, IReadOnlyList<byte[]> actual) =>
    [
        .. Differs("mean", expected, actual, Mean),
        .. Differs("standard deviation", expected, actual, Deviation),
        .. Enumerable.Range(0, Bins).SelectMany(bin => Differs($"histogram bin {bin}", expected, actual, picture => Share(picture, bin))),
    ];

    private static IEnumerable<string> Differs(
        string name, IReadOnlyList<byte[]> expected, IReadOnlyList<byte[]> actual, Func<byte[], double> statistic)
    {
        var differences = expected.Zip(actual, (e, a) => statistic(a) - statistic(e)).ToArray();
        var mean = differences.Average();
        var error = Math.Sqrt(differences.Average(d => (d - mean) * (d - mean)) / differences.Length);
        if (Math.Abs(mean) > 5 * error)
            yield return $"{name}: {expected.Average(statistic)} and {actual.Average(statistic)}, standard error {error}";
    }

    private static double Mean(byte[] picture) => picture.Average(value => (double)value);

    private static double Deviation(byte[] picture)
    {
        var mean = Mean(picture);
        return Math.Sqrt(picture.Average(value => (value - mean) * (value - mean)));
    }

    private static double Share(byte[] picture, int bin) => picture.Count(value => value * Bins / 256 == bin) / (double)picture.Length;
}
