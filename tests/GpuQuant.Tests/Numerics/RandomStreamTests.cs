using GpuQuant.Numerics;

namespace GpuQuant.Tests.Numerics;

/// <summary>
/// Moments of large fixed samples: the seeds are fixed, so a test gives the same answer for ever; the margins are five standard errors.
/// </summary>
public class RandomStreamTests
{
    private const int Draws = 200_000;

    [Fact]
    public void NextUInt32_FirstWords_ArePhiloxBlocksOfTheDocumentedCounter()
    {
        var random = new RandomStream(0x299f31d0_a4093822, RandomPurpose.Shift, epoch: 7, sample: 9);
        var words = Enumerable.Range(0, 8).Select(_ => random.NextUInt32()).ToArray();
        var first = Philox.Block(0, 9, 7, 5, 0xa4093822, 0x299f31d0);
        var second = Philox.Block(1, 9, 7, 5, 0xa4093822, 0x299f31d0);
        Assert.Equal([first.X, first.Y, first.Z, first.W, second.X, second.Y, second.Z, second.W], words);
    }

    [Fact]
    public void NextDouble_EachDraw_IsTheTop53BitsOfTwoWords()
    {
        var (doubles, words) = (new RandomStream(6, RandomPurpose.Test), new RandomStream(6, RandomPurpose.Test));
        for (var i = 0; i < 100; i++)
        {
            var bits = ((ulong)words.NextUInt32() << 32 | words.NextUInt32()) >> 11;
            Assert.Equal(Math.ScaleB(bits, -53), doubles.NextDouble());
        }
    }

    [Fact]
    public void Streams_AtDifferentPositions_Differ()
    {
        RandomStream[] streams =
        [
            new(1, RandomPurpose.Shift), new(2, RandomPurpose.Shift), new(1UL << 32, RandomPurpose.Shift), new(1, RandomPurpose.Test),
            new(1, RandomPurpose.Shift, epoch: 1), new(1, RandomPurpose.Shift, sample: 1),
        ];
        Assert.Equal(streams.Length, streams.Select(stream => stream.NextUInt32()).Distinct().Count());
    }

    [Fact]
    public void NextDouble_ManyDraws_AreUniform() =>
        AssertMoments((ref RandomStream random) => random.NextDouble(), 0.5, 1.0 / 12, lowest: 0, below: 1);

    [Fact]
    public void Uniform_ManyDraws_FillTheirRange() =>
        AssertMoments((ref RandomStream random) => random.Uniform(-3, 5), 1, 64.0 / 12, lowest: -3, below: 5);

    /// <summary>
    /// Mean a / s with s = a + b and variance a b / (s^2 (s + 1)); Beta(a, a) is symmetric, of variance 1 / (4 (2 a + 1)): 0.178571 for
    /// 0.2. Beta(1, 1) is uniform; of Beta(0.001, 0.001) almost nothing lies between the ends.
    /// </summary>
    [Theory]
    [InlineData(0.2, 0.2)]
    [InlineData(1, 1)]
    [InlineData(0.001, 0.001)]
    [InlineData(2, 3)]
    [InlineData(0.5, 8)]
    public void NextBeta_ManyDraws_HaveTheMomentsOfTheDistribution(double a, double b)
    {
        var s = a + b;
        AssertMoments((ref RandomStream random) => random.NextBeta(a, b), a / s, a * b / (s * s * (s + 1)), lowest: 0, below: 1 + 1e-15);
        // E x^4 - (E x^2)^2, with E x^n the product of (a + k) / (s + k) for k below n.
        var (second, fourth) = (Moment(2), Moment(4));
        AssertMoments((ref RandomStream random) => Math.Pow(random.NextBeta(a, b), 2), second, fourth - second * second, lowest: 0);

        double Moment(int n) => Enumerable.Range(0, n).Aggregate(1.0, (product, k) => product * (a + k) / (s + k));
    }

    [Fact]
    public void Shuffle_ThreeItems_GivesEachOrderEquallyOften()
    {
        var counts = new Dictionary<(int, int, int), int>();
        for (uint sample = 0; sample < 6000; sample++)
        {
            int[] items = [0, 1, 2];
            new RandomStream(1, RandomPurpose.Test, sample: sample).Shuffle(items);
            var order = (items[0], items[1], items[2]);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }
        Assert.Equal(6, counts.Count);
        // Five standard errors of a count of 6,000 with odds 1/6.
        Assert.All(counts.Values, count => Assert.Equal(1000, count, 5 * Math.Sqrt(6000 * 5 / 36.0)));
    }

    [Fact]
    public void NextNormal_ManyDraws_AreStandardNormal()
    {
        AssertMoments((ref RandomStream random) => random.NextNormal(), 0, 1);
        AssertMoments((ref RandomStream random) => Math.Pow(random.NextNormal(), 2), 1, 2, lowest: 0);
        AssertMoments((ref RandomStream random) => Math.Pow(random.NextNormal(), 4), 3, 96, lowest: 0);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(40)]
    public void NextPoisson_ManyDraws_HaveMeanAndVarianceOfTheirMean(double mean) =>
        AssertMoments((ref RandomStream random) => random.NextPoisson(mean), mean, mean, lowest: 0);

    [Fact]
    public void NextBool_ManyDraws_HaveEqualOdds() =>
        AssertMoments((ref RandomStream random) => random.NextBool() ? 1 : 0, 0.5, 0.25, lowest: 0);

    [Fact]
    public void NextInt32_SmallRange_HitsEveryValueEquallyOften()
    {
        var random = new RandomStream(3, RandomPurpose.Test);
        var counts = new int[7];
        for (var i = 0; i < Draws; i++)
            counts[random.NextInt32(-2, 5) + 2]++;
        var expected = Draws / 7.0;
        var chiSquare = counts.Sum(count => (count - expected) * (count - expected) / expected);
        Assert.InRange(chiSquare, 0, 22.5); // 6 degrees of freedom: exceeded once in a thousand
    }

    [Fact]
    public void NextInt32_WholeRange_ReachesBothHalves()
    {
        var random = new RandomStream(4, RandomPurpose.Test);
        var draws = Enumerable.Range(0, 100).Select(_ => random.NextInt32(int.MinValue, int.MaxValue)).ToArray();
        Assert.Contains(draws, draw => draw < -1_000_000_000);
        Assert.Contains(draws, draw => draw > 1_000_000_000);
    }

    [Theory]
    [InlineData(3, 3)]
    [InlineData(5, 3)]
    public void NextInt32_EmptyRange_Throws(int low, int high) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomStream(1, RandomPurpose.Test).NextInt32(low, high));

    private delegate double Draw(ref RandomStream random);

    private static void AssertMoments(
        Draw draw, double mean, double variance, double lowest = double.NegativeInfinity, double below = double.PositiveInfinity)
    {
        var random = new RandomStream(5, RandomPurpose.Test);
        var values = new double[Draws];
        for (var i = 0; i < Draws; i++)
            values[i] = draw(ref random);
        Assert.All(values, value => Assert.True(value >= lowest && value < below, $"{value} is outside [{lowest}, {below})"));
        Assert.Equal(mean, values.Average(), 5 * Math.Sqrt(variance / Draws) + 1e-12);
        var squares = values.Select(value => (value - mean) * (value - mean)).ToArray();
        var fourth = squares.Select(square => square * square).Average() - variance * variance;
        Assert.Equal(variance, squares.Average(), 5 * Math.Sqrt(Math.Max(0, fourth) / Draws) + 1e-12);
    }
}
