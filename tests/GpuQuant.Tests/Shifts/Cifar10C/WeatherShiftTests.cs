using GpuQuant.Shifts.Cifar10C;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Shifts.Cifar10C;

/// <summary>Fog, snow and water with given draws, by hand.</summary>
public class WeatherShiftTests
{
    /// <summary>
    /// Strength 1 in an image whose greatest value is 1: (0.4 + 0.5) / 2 = 0.45 (114.75), (1 + 0.25) / 2 = 0.625 (159.4),
    /// (0 + 1) / 2 = 0.5 (127.5); the map is wider than the image.
    /// </summary>
    [Fact]
    public void Fog_GivenMap_IsByHand()
    {
        var result = new byte[9];
        FogShift.Apply([102, 102, 102, 255, 255, 255, 0, 0, 0], [.5, 9, .25, 9, 1, 9], mapWidth: 2, width: 1, strength: 1, result);
        Assert.Equal([114, 114, 114, 159, 159, 159, 127, 127, 127], result);
    }

    [Fact]
    public void Fog_BlackImage_StaysBlack() => Assert.All(
        new FogShift().Apply(ColourImages.Grey(1, 32, 32, 0), 5, seed: 1).Sample(0), value => Assert.Equal(0, value));

    /// <summary>
    /// A map reaches from 0 to 1 in every image: grey 102 (0.4) lies between 0.4 * 0.4 / 1.4 = 0.114 (29.1) and 0.4 (102, which rounding
    /// errors may take below).
    /// </summary>
    [Fact]
    public void Fog_EveryImage_HasTheMapsBothEnds()
    {
        var set = new FogShift().Apply(ColourImages.Grey(20, 32, 32, 102), 4, seed: 1);
        for (var index = 0; index < 20; index++)
        {
            var bytes = new byte[3072];
            set.Read(index, bytes);
            Assert.Equal(29, bytes.Min());
            Assert.InRange(bytes.Max(), 101, 102);
            Assert.All(bytes.Chunk(3), pixel => Assert.True(pixel[0] == pixel[1] && pixel[1] == pixel[2]));
        }
    }

    /// <summary>
    /// Mix 0.95, two pixels, flakes of 51 (0.2) on the first, which the turned layer puts on the second as well. Black: 0.05 * 0.5 + 0.2 =
    /// 0.225 (57.4). Orange (255, 51, 0): grey 0.299 + 0.2 * 0.587 = 0.4164, 1.1246 after 1.5 g + 0.5; times 0.05 it is 0.0562. Red
    /// 0.95 + 0.0562 + 0.2 is clipped; green 0.19 + 0.2562 = 0.4462 (113.8); blue 0.2562 (65.3).
    /// </summary>
    [Fact]
    public void Snow_GivenLayer_IsByHand()
    {
        var result = new byte[6];
        SnowShift.Apply([0, 0, 0, 255, 51, 0], [51, 0], .95f, result);
        Assert.Equal([57, 57, 57, 255, 113, 65], result);
    }

    /// <summary>
    /// Columns 0 to 2 dark, 3 to 5 at 200: the gradient is 4 * 200 on columns 2 and 3, and of equal neighbours the first is the ridge.
    /// A step of 30 has 120: below the high threshold, it stays only where it is connected to a strong one.
    /// </summary>
    [Fact]
    public void ByteEdges_Steps_AreByHand()
    {
        byte[] strong = [0, 0, 0, 200, 200, 200], weak = [0, 0, 0, 30, 30, 30];
        Assert.Equal([0, 0, 255, 0, 0, 0], Edges([.. strong, .. strong, .. strong])[6..12]);
        Assert.All(Edges([.. weak, .. weak, .. weak]), value => Assert.Equal(0, value));
        var mixed = Edges([.. strong, .. strong, .. strong, .. weak, .. weak, .. weak]);
        Assert.Equal([0, 0, 255, 0, 0, 0], mixed[30..36]);
    }

    /// <summary>Around one edge pixel: steps of 1, 1.4 and 2.1969.</summary>
    [Fact]
    public void EdgeDistance_OnePixel_IsByHand()
    {
        var edges = new byte[35];
        edges[17] = 255;
        var distances = new float[35];
        EdgeDistance.Compute(edges, 7, distances);
        double[] expected =
        [
            3.5969, 2.8, 2.1969, 2, 2.1969, 2.8, 3.5969,
            3.1969, 2.1969, 1.4, 1, 1.4, 2.1969, 3.1969,
            3, 2, 1, 0, 1, 2, 3,
        ];
        for (var i = 0; i < 21; i++)
        {
            Assert.Equal(expected[i], distances[i], 1e-4);
            Assert.Equal(expected[i], distances[34 - i], 1e-4);
        }
        EdgeDistance.Compute(new byte[35], 7, distances);
        Assert.All(distances, distance => Assert.True(distance > 1000));
    }

    [Fact]
    public void WaterDrops_NoWater_GivesNoLight()
    {
        var light = new float[64];
        light.AsSpan().Fill(9);
        WaterDrops.Light(new byte[64], 8, .5f, light);
        Assert.All(light, value => Assert.Equal(0, value));
    }

    /// <summary>Light is only where water is, and the brightest pixel has the gain.</summary>
    [Fact]
    public void WaterDrops_OneDrop_ShinesInside()
    {
        var liquid = new byte[256];
        for (var row = 5; row < 11; row++)
            liquid.AsSpan(row * 16 + 4, 7).Fill(180);
        var light = new float[256];
        WaterDrops.Light(liquid, 16, .5f, light);
        Assert.Equal(.5f, light.Max());
        for (var i = 0; i < 256; i++)
            Assert.True(liquid[i] > 0 || light[i] == 0);
    }

    private static byte[] Edges(byte[] image)
    {
        var edges = new byte[image.Length];
        ByteEdges.Find(image, 6, 50, 150, edges);
        return edges;
    }
}
