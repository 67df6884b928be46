using GpuQuant.Shifts;
using GpuQuant.Shifts.Cifar10C;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Shifts.Cifar10C;

/// <summary>
/// The four noises over 1,000 images of one grey: every grey level's count, the mean and the standard deviation lie within five standard
/// errors of what the distribution says.
/// </summary>
public class NoiseDistributionTests
{
    private const int Images = 1000, Side = 16;
    private const double Grey = 100;

    private static readonly double[] Gaussian = [.04, .06, .08, .09, .10], Speckle = [.06, .1, .12, .16, .2];
    private static readonly double[] Photons = [500, 250, 100, 75, 50], Odds = [.01, .02, .03, .05, .07];

    public static TheoryData<int> Severities() => [1, 2, 3, 4, 5];

    [Theory]
    [MemberData(nameof(Severities))]
    public void GaussianNoise_FollowsTheNormalDistribution(int severity) =>
        AssertFollows(Truncated(255 * Gaussian[severity - 1]), new GaussianNoiseShift(), severity);

    [Theory]
    [MemberData(nameof(Severities))]
    public void SpeckleNoise_FollowsTheNormalDistribution(int severity) =>
        AssertFollows(Truncated(Grey * Speckle[severity - 1]), new SpeckleNoiseShift(), severity);

    [Theory]
    [MemberData(nameof(Severities))]
    public void ShotNoise_FollowsThePoissonDistribution(int severity)
    {
        var (photons, probabilities) = (Photons[severity - 1], new double[256]);
        var mean = Grey / 255 * photons;
        var probability = Math.Exp(-mean);
        for (var k = 0; k < 600; k++)
        {
            probabilities[(int)(Math.Min(1, k / photons) * 255)] += probability;
            probability *= mean / (k + 1);
        }
        AssertFollows(probabilities, new ShotNoiseShift(), severity);
    }

    [Theory]
    [MemberData(nameof(Severities))]
    public void ImpulseNoise_HasTheStatedOddsOfSaltAndPepper(int severity)
    {
        var probabilities = new double[256];
        (probabilities[0], probabilities[255]) = (Odds[severity - 1] / 2, Odds[severity - 1] / 2);
        probabilities[(int)Grey] = 1 - Odds[severity - 1];
        AssertFollows(probabilities, new ImpulseNoiseShift(), severity);
    }

    [Fact]
    public void SpeckleAndShotNoise_Black_StaysBlack()
    {
        var black = ColourImages.Grey(1, 8, 8, 0);
        Assert.All(new SpeckleNoiseShift().ApplyToOne(black, 5), value => Assert.Equal(0, value));
        Assert.All(new ShotNoiseShift().ApplyToOne(black, 5), value => Assert.Equal(0, value));
    }

    /// <summary>Half of the draws are negative and clipped.</summary>
    [Fact]
    public void GaussianNoise_Black_IsClippedHalfTheTime()
    {
        var noisy = new GaussianNoiseShift().ApplyToOne(ColourImages.Grey(1, 64, 64, 0), 5);
        // P(value is 0) = P(normal < 1 / 25.5) = 0.5156.
        Assert.Equal(0.5156, noisy.Count(value => value == 0) / (double)noisy.Length, 5 * Math.Sqrt(.25 / noisy.Length));
    }

    private static void AssertFollows(double[] probabilities, IShift shift, int severity)
    {
        var counts = new long[256];
        var set = shift.Apply(ColourImages.Grey(Images, Side, Side, (byte)Grey), severity, seed: 6);
        foreach (var value in set.Samples(Images))
            counts[value]++;
        double total = counts.Sum();
        Assert.Equal(1, probabilities.Sum(), 1e-9);
        for (var level = 0; level < 256; level++)
        {
            var (p, bound) = (probabilities[level], 5 * Math.Sqrt(probabilities[level] / total) + 2 / total);
            Assert.True(Math.Abs(counts[level] / total - p) <= bound, $"level {level}: {counts[level] / total} in place of {p}");
        }
        var mean = Moment(probabilities, 0, 1);
        var (variance, fourth) = (Moment(probabilities, mean, 2), Moment(probabilities, mean, 4));
        var shares = Array.ConvertAll(counts, count => count / total);
        var actual = Moment(shares, 0, 1);
        Assert.Equal(mean, actual, 5 * Math.Sqrt(variance / total));
        Assert.Equal(variance, Moment(shares, actual, 2), 5 * Math.Sqrt((fourth - variance * variance) / total));
    }

    private static double Moment(double[] probabilities, double around, int power) =>
        probabilities.Select((p, level) => p * Math.Pow(level - around, power)).Sum();

    /// <summary>A normal distribution around the grey, limited to a byte's range and truncated.</summary>
    private static double[] Truncated(double deviation) =>
    [
        .. Enumerable.Range(0, 256).Select(level => Math.Max(0,
            (level == 255 ? 1 : Below((level + 1 - Grey) / deviation)) - (level == 0 ? 0 : Below((level - Grey) / deviation)))),
    ];

    /// <summary>The normal distribution function by its series: 1/2 + density * (z + z^3 / 3 + z^5 / 15 + ...).</summary>
    private static double Below(double z)
    {
        if (Math.Abs(z) > 8)
            return z > 0 ? 1 : 0;
        var (term, sum) = (z, z);
        for (var i = 3; i < 300; i += 2)
        {
            term *= z * z / i;
            sum += term;
        }
        return .5 + Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI) * sum;
    }
}
