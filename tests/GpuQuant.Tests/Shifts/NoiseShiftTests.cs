using GpuQuant.Data;
using GpuQuant.Numerics;
using GpuQuant.Shifts;
using GpuQuant.Shifts.MnistC;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Shifts;

public class NoiseShiftTests
{
    private static readonly double[] Photons = [60, 25, 12, 5, 3];
    private static readonly double[] Odds = [.03, .06, .09, .17, .27];

    [Theory]
    [InlineData(0, 128)] // 127.5, tie to even
    [InlineData(51, 178)] // 178.5, tie to even
    [InlineData(53, 180)] // 180.5, tie to even
    [InlineData(100, 228)] // 227.5, tie to even
    [InlineData(200, 255)]
    public void Brightness_SeverityFive_IsByHand(byte value, byte expected) =>
        Assert.Equal([expected], new BrightnessShift().ApplyToOne(SmallImages.One(1, 1, value), 5));

    [Theory]
    [InlineData(1, 26)] // 25.5
    [InlineData(2, 51)]
    [InlineData(3, 76)] // 76.5
    [InlineData(4, 102)]
    [InlineData(5, 128)] // 127.5
    public void Brightness_Black_ShowsEverySeveritysLight(int severity, byte expected) =>
        Assert.Equal([expected], new BrightnessShift().ApplyToOne(SmallImages.One(1, 1, 0), severity));

    [Fact]
    public void Brightness_GivenLight_ReplacesTheSeveritys() => Assert.Equal(
        [0, 104, 153],
        new BrightnessShift().ApplyToOne(SmallImages.One(1, 3, 102, 206, 255), 5, ("c", "-0.4")));

    /// <summary>From the documented draws alone: one uniform per pixel, the Poisson distribution summed from its definition.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void ShotNoise_DocumentedDraws_GiveTheSameBytes(int severity)
    {
        var source = SmallImages.Random(3, 16, 16);
        var shifted = new ShotNoiseShift().Apply(source, severity, seed: 77);
        for (var index = 0; index < 3; index++)
        {
            var random = new RandomStream(77, RandomPurpose.Shift, StableHash.Of("shot_noise"), (uint)index);
            var expected = source.Sample(index).Select(value =>
            {
                var (uniform, mean, k) = (random.NextDouble(), value / 255.0 * Photons[severity - 1], 0);
                var (term, sum) = (Math.Exp(-mean), Math.Exp(-mean));
                for (; sum <= uniform; sum += term)
                    term *= mean / ++k;
                return (byte)Math.Round((float)(Math.Min(1, k / Photons[severity - 1]) * 255));
            });
            Assert.Equal(expected, shifted.Sample(index));
        }
    }

    [Fact]
    public void ShotNoise_GreyPicture_HasPoissonMomentsAndFewLevels()
    {
        var source = SmallImages.One(200, 200, [.. Enumerable.Repeat((byte)51, 40_000)]);
        var shifted = new ShotNoiseShift().ApplyToOne(source, 3);
        // x = 0.2, c = 12: k has mean and variance 2.4, a grey value 255 / 12 per photon.
        var photons = shifted.Select(value => value * 12 / 255.0).ToArray();
        Assert.Equal(2.4, photons.Average(), 5 * Math.Sqrt(2.4 / 40_000));
        Assert.Equal(2.4, photons.Average(k => (k - 2.4) * (k - 2.4)), 0.1);
        Assert.All(new ShotNoiseShift().ApplyToOne(source, 5), value => Assert.Contains(value, new byte[] { 0, 85, 170, 255 }));
    }

    [Fact]
    public void ShotNoise_BlackAndWhite_AreBlackAndAroundWhite()
    {
        Assert.All(new ShotNoiseShift().ApplyToOne(SmallImages.One(8, 8, new byte[64]), 5), value => Assert.Equal(0, value));
        var white = new ShotNoiseShift().ApplyToOne(SmallImages.One(40, 40, [.. Enumerable.Repeat((byte)255, 1600)]), 1);
        // Half of the draws exceed the mean and are clipped.
        Assert.InRange(white.Count(value => value == 255), 700, 1000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void ImpulseNoise_DocumentedDraws_GiveTheSameBytes(int severity)
    {
        var source = SmallImages.Random(3, 16, 16);
        var shifted = new ImpulseNoiseShift().Apply(source, severity, seed: 78);
        for (var index = 0; index < 3; index++)
        {
            var random = new RandomStream(78, RandomPurpose.Shift, StableHash.Of("impulse_noise"), (uint)index);
            var expected = source.Sample(index).Select(value =>
            {
                var (hit, salt) = (random.NextDouble() < Odds[severity - 1], random.NextBool());
                return hit ? (byte)(salt ? 255 : 0) : value;
            });
            Assert.Equal(expected, shifted.Sample(index));
        }
    }

    [Fact]
    public void ImpulseNoise_GreyPicture_HasTheStatedOddsOfSaltAndPepper()
    {
        var source = SmallImages.One(200, 200, [.. Enumerable.Repeat((byte)99, 40_000)]);
        var shifted = new ImpulseNoiseShift().ApplyToOne(source, 4);
        var margin = 5 * Math.Sqrt(0.085 * 0.915 / 40_000);
        Assert.Equal(0.085, shifted.Count(value => value == 255) / 40_000.0, margin);
        Assert.Equal(0.085, shifted.Count(value => value == 0) / 40_000.0, margin);
        Assert.Equal(source.Sample(0), new ImpulseNoiseShift().ApplyToOne(source, 4, ("p", "0")));
        Assert.DoesNotContain((byte)99, new ImpulseNoiseShift().ApplyToOne(source, 1, ("p", "1")));
    }

    [Fact]
    public void PoissonTable_DocumentedExample_Holds()
    {
        var table = new PoissonTable(1);
        Assert.Equal([0, 1, 2], [table.Invert(0.3), table.Invert(0.5), table.Invert(0.9)]);
        Assert.Equal(0, new PoissonTable(0).Invert(0.9999999));
        Assert.InRange(table.Invert(1 - 1.0 / (1L << 53)), 15, 25);
        Assert.InRange(new PoissonTable(500).Invert(0.5), 498, 502);
        Assert.Throws<ArgumentOutOfRangeException>(() => new PoissonTable(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new PoissonTable(501));
    }
}
