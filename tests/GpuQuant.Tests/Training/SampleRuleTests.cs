using GpuQuant.Numerics;
using GpuQuant.Training;
using GpuQuant.Training.Rules;

namespace GpuQuant.Tests.Training;

/// <summary>What rules make of single images; every outcome is checked against what it must be for the draws it can come from.</summary>
public class SampleRuleTests
{
    private const int Height = 4, Width = 5, Channels = 2;
    private static readonly Shape Shape = new(Height, Width, Channels);
    private static readonly byte[] Image = [.. Enumerable.Range(1, Height * Width * Channels).Select(i => (byte)(6 * i))];

    /// <summary>Every result is one of the 81 moves by -4 to 4 rows and columns, and all of them come.</summary>
    [Fact]
    public void Crop_ManySamples_GivesEveryMoveOfTheImageAndNothingElse()
    {
        var moves = new Dictionary<string, int>();
        for (var (down, number) = (-4, 0); down <= 4; down++)
            for (var right = -4; right <= 4; right++)
                moves.TryAdd(Convert.ToHexString(Make((y, x, c) => Pixel(y - down, x - right, c))), number++);
        var seen = Results(new CropRule(), 2000).ToHashSet();
        Assert.Subset(moves.Keys.ToHashSet(), seen);
        Assert.Equal(moves.Count, seen.Count);
    }

    [Fact]
    public void Flip_ManySamples_MirrorsHalfOfThem()
    {
        var mirrored = Convert.ToHexString(Make((y, x, c) => Pixel(y, Width - 1 - x, c)));
        var counts = Results(new FlipRule(), 1000).CountBy(image => image).ToDictionary();
        Assert.Equal([Convert.ToHexString(Image), mirrored], counts.Keys.Order(StringComparer.Ordinal));
        // Five standard errors of a count of 1,000 with odds 1/2.
        Assert.Equal(500, counts[mirrored], 5 * Math.Sqrt(250));
    }

    /// <summary>Half of 4 rows: squares of side 2 around every pixel, from one above and left of it.</summary>
    [Fact]
    public void Cutout_ManySamples_BlackensASquareAroundAnyPixel()
    {
        var squares = new HashSet<string>();
        for (var top = -1; top < Height - 1; top++)
            for (var left = -1; left < Width - 1; left++)
                squares.Add(Convert.ToHexString(Make((y, x, c) =>
                    y >= top && y < top + 2 && x >= left && x < left + 2 ? (byte)0 : Pixel(y, x, c))));
        Assert.Equal(squares, Results(new CutoutRule(), 1000).ToHashSet());
    }

    [Fact]
    public void Noise_ManyPixels_HasItsDeviation()
    {
        var shape = new Shape(100, 100, 1);
        var image = new byte[10_000];
        Array.Fill(image, (byte)128);
        new NoiseRule { Deviation = 0.05 }.Apply(image, shape, 1, 0, 0);
        // 12.75 grey levels, and 1/12 of rounding; five standard errors of mean and variance.
        Assert.Equal(128, image.Average(v => (double)v), 5 * 12.75 / 100);
        Assert.Equal(12.75 * 12.75 + 1 / 12.0, image.Average(v => Math.Pow(v - 128, 2)), 5 * Math.Sqrt(2) * 12.75 * 12.75 / 100);
        Array.Fill(image, (byte)254);
        new NoiseRule { Deviation = 0.05 }.Apply(image, shape, 1, 0, 0);
        Assert.Equal(255, image.Max());
    }

    public static TheoryData<string> Names => [.. Catalog.All<BatchRule>().OfType<SampleRule>().Select(rule => rule.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Apply_OfASample_DependsOnSeedEpochAndSampleAlone(string name)
    {
        var rule = (SampleRule)Catalog.Get<BatchRule>("rule", name);
        Assert.Equal(Results(rule, 50), Results(rule, 50));
        Assert.NotEqual(Results(rule, 50), Results(rule, 50, seed: 2));
        Assert.NotEqual(Results(rule, 50), Results(rule, 50, epoch: 1));
        Assert.True(Results(rule, 50).Distinct().Count() > 1);
    }

    private static string[] Results(SampleRule rule, int count, ulong seed = 1, int epoch = 0) =>
        [.. Enumerable.Range(0, count).Select(sample =>
        {
            var image = Image.ToArray();
            rule.Apply(image, Shape, seed, epoch, sample);
            return Convert.ToHexString(image);
        })];

    private static byte[] Make(Func<int, int, int, byte> pixel) =>
        [.. from y in Enumerable.Range(0, Height) from x in Enumerable.Range(0, Width) from c in Enumerable.Range(0, Channels) select pixel(y, x, c)];

    private static byte Pixel(int y, int x, int c) =>
        y is >= 0 and < Height && x is >= 0 and < Width ? Image[(y * Width + x) * Channels + c] : (byte)0;
}
