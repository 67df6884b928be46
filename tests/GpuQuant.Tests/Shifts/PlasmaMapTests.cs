using GpuQuant.Numerics;
using GpuQuant.Shifts;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Shifts;

public class PlasmaMapTests
{
    /// <summary>
    /// Size 2, wobble 100: the corner is 0, the centre c = 10000 (2 u1 - 1), the upper edge (2 c + 0) / 4 + 10000 (2 u2 - 1), the left edge
    /// the same with u3.
    /// </summary>
    [Fact]
    public void Draw_SizeTwo_IsByHand()
    {
        var (random, known) = (Stream(1), Stream(1));
        double Uniform() => known.NextUInt32() / 4294967296.0;
        var centre = 10_000 * (2 * Uniform() - 1);
        var upper = centre / 2 + 10_000 * (2 * Uniform() - 1);
        var left = centre / 2 + 10_000 * (2 * Uniform() - 1);
        double[] heights = [0, upper, left, centre];
        var expected = heights.Select(height => (height - heights.Min()) / (heights.Max() - heights.Min()));
        var map = new double[4];
        PlasmaMap.Draw(2, 1.5, ref random, map);
        Assert.All(expected.Zip(map), pair => Assert.Equal(pair.First, pair.Second, 1e-13));
        Assert.Equal(known.NextUInt32(), random.NextUInt32());
    }

    [Theory]
    [InlineData(4, 2)]
    [InlineData(4, 3)]
    [InlineData(32, 1.75)]
    [InlineData(64, 1.4)]
    public void Draw_DocumentedDraws_AgreeWithThePlainForm(int size, double decay)
    {
        var (random, known) = (Stream(2), Stream(2));
        var map = new double[size * size];
        PlasmaMap.Draw(size, decay, ref random, map);
        var expected = PlainPlasma.Draw(size, decay, () => known.NextUInt32() / 4294967296.0);
        for (var i = 0; i < map.Length; i++)
            Assert.Equal(expected[i / size, i % size], map[i], 1e-12);
        Assert.Equal((0, 1), (map.Min(), map.Max()));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(0, 0)]
    [InlineData(12, 144)]
    [InlineData(-4, 16)]
    [InlineData(8, 63)]
    public void Draw_BadSize_Throws(int size, int elements)
    {
        var random = Stream(3);
        Assert.Throws<ArgumentException>(() => PlasmaMap.Draw(size, 2, ref random, new double[elements]));
    }

    private static RandomStream Stream(ulong seed) => new(seed, RandomPurpose.Test);
}
