using GpuQuant.Numerics;
using GpuQuant.Shifts.Cifar10C;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Shifts.Cifar10C;

/// <summary>Coarse pixels and JPEG by hand.</summary>
public class CompressionTests
{
    /// <summary>
    /// Three to two: centres 0.75 and 2.25, half the width 0.75: inputs 0 and 1 (its centre 1.5 is the box's end), then input 2.
    /// 10 and 21 average to 15.5, rounded up. Back: centres 1/3, 1, 5/3, half the width 0.5: input 0, then input 1 twice.
    /// </summary>
    [Fact]
    public void Pixelate_ThreePixels_IsByHand() => Assert.Equal(
        [16, 1, 15, 35, 5, 0, 35, 5, 0],
        new PixelateShift().ApplyToOne(ColourImages.One(1, 3, 10, 0, 15, 21, 1, 15, 35, 5, 0), 1, ("factor", "0.67")));

    [Fact]
    public void Pixelate_TwoRows_AveragesDownTheColumns() => Assert.Equal(
        [5, 6, 7, 5, 6, 7],
        new PixelateShift().ApplyToOne(ColourImages.One(2, 1, 0, 1, 2, 10, 11, 12), 5, ("factor", "0.5")));

    /// <summary>Sides 30, 28, 27, 24 and 20 of 32: so many different columns are left of a slope.</summary>
    [Theory]
    [InlineData(1, 30)]
    [InlineData(2, 28)]
    [InlineData(3, 27)]
    [InlineData(4, 24)]
    [InlineData(5, 20)]
    public void Pixelate_Slope_KeepsTheSidesColumns(int severity, int side)
    {
        var slope = Enumerable.Range(0, 32 * 32 * 3).Select(i => (byte)(8 * (i / 3 % 32))).ToArray();
        Assert.Equal(side, new PixelateShift().ApplyToOne(ColourImages.One(32, 32, slope), severity).Distinct().Count());
    }

    /// <summary>
    /// Grey 100 is 28 below the middle: first coefficient -28 * 8 = -224. The table's 16 becomes 20 at quality 40 (125 percent):
    /// -224 / 20 = -11.2, -11 * 20 / 8 = -27.5, rounded up to -27: 101. At quality 50, -224 / 16 = -14 exactly: 100. At quality 80 it is
    /// 6: -37.3, -37 * 6 / 8 = -27.75: 100.
    /// </summary>
    [Theory]
    [InlineData(1, 100)]
    [InlineData(4, 100)]
    [InlineData(5, 101)]
    public void Jpeg_Grey_IsQuantisedByHand(int severity, byte expected) => Assert.All(
        new JpegCompressionShift().ApplyToOne(ColourImages.Grey(1, 5, 19, 100), severity), value => Assert.Equal(expected, value));

    /// <summary>
    /// Red is Y = 76, Cb = 85, Cr = 255: -52, -43 and 127 about the middle, times 8: -416, -344, 1016. Quality 40: Y in steps of 20:
    /// -21 * 20 / 8 = -52.5, rounded up: 76; chroma in steps of 21 (17 * 1.25): -16 * 21 / 8 = -42 and 48 * 21 / 8 = 126. Back: red
    /// 76 + 1.402 * 126 = 252.7, green 76 + 0.344 * 42 - 0.714 * 126 = 0.5, blue 76 - 1.772 * 42 = 1.6; green is rounded down.
    /// </summary>
    [Fact]
    public void Jpeg_Red_IsQuantisedByHand()
    {
        var red = ColourImages.One(16, 16, [.. Enumerable.Repeat(new byte[] { 255, 0, 0 }, 256).SelectMany(pixel => pixel)]);
        Assert.All(new JpegCompressionShift().ApplyToOne(red, 5).Chunk(3), pixel => Assert.Equal([253, 0, 2], pixel));
    }

    [Fact]
    public void Jpeg_QualityHundred_ChangesSmoothImagesLittle()
    {
        var smooth = Enumerable.Range(0, 32 * 32 * 3).Select(i => (byte)(i / 96 * 4 + i / 3 % 32 * 3)).ToArray();
        var result = new JpegCompressionShift().ApplyToOne(ColourImages.One(32, 32, smooth), 1, ("quality", "100"));
        Assert.All(smooth.Zip(result), pair => Assert.InRange(pair.First - pair.Second, -3, 3));
    }

    /// <summary>Against the definition: c(u) c(v) / 4 times the sum of f cos((2 x + 1) u pi / 16) cos((2 y + 1) v pi / 16).</summary>
    [Fact]
    public void Transform_BothWays_AgreesWithTheDefinition()
    {
        var random = new RandomStream(3, RandomPurpose.Test);
        for (var trial = 0; trial < 20; trial++)
        {
            var block = new int[64];
            foreach (ref var value in block.AsSpan())
                value = random.NextInt32(-128, 128);
            var coefficients = (int[])block.Clone();
            JpegTransform.Forward(coefficients);
            for (var i = 0; i < 64; i++)
                Assert.Equal(8 * Plain(block, i / 8, i % 8), coefficients[i], 2.5);
            var back = Array.ConvertAll(coefficients, value => (int)Math.Round(value / 8.0));
            JpegTransform.Inverse(back);
            Assert.All(block.Zip(back), pair => Assert.InRange(pair.First - pair.Second, -2, 2));
        }
    }

    /// <summary>
    /// 2 x 4 pixels: 1 + 2 + 3 + 4 = 10, a quarter 2.5, rounded down in the even column; 5 + 6 + 7 + 8 = 26, 6.5, up in the odd one.
    /// Repeated outwards to the right: 6, 6, 8, 8 (28, 7) and below.
    /// </summary>
    [Fact]
    public void Halve_TwoRows_IsByHand()
    {
        var half = new byte[16];
        ChromaSampling.Halve([1, 2, 5, 6, 3, 4, 7, 8], 2, 4, half, 8);
        Assert.Equal([2, 7, 7, 7, 7, 7, 7, 7, 2, 7, 7, 7, 7, 7, 7, 7], half);
    }

    /// <summary>
    /// One row of 0, 16, 32: above and below it repeats itself, so columns are 3/4 of the nearest and 1/4 of the next: 0, 4, 12, 20, 28,
    /// 32; sixteenths 8 are added left and 7 right, which changes nothing here.
    /// </summary>
    [Fact]
    public void Double_OneRow_IsByHand()
    {
        var full = new byte[12];
        ChromaSampling.Double([0, 16, 32, 99], 4, 2, 6, full);
        Assert.Equal([0, 4, 12, 20, 28, 32, 0, 4, 12, 20, 28, 32], full);
        ChromaSampling.Double([0, 16], 2, 1, 4, full);
        Assert.Equal([0, 0, 16, 16], full[..4]);
    }

    private static double Plain(int[] block, int v, int u)
    {
        var sum = 0.0;
        for (var i = 0; i < 64; i++)
            sum += block[i] * Math.Cos((2 * (i % 8) + 1) * u * Math.PI / 16) * Math.Cos((2 * (i / 8) + 1) * v * Math.PI / 16);
        return sum / 4 * (u == 0 ? Math.Sqrt(0.5) : 1) * (v == 0 ? Math.Sqrt(0.5) : 1);
    }
}
