using GpuQuant.Numerics;
using GpuQuant.Shifts;
using GpuQuant.Shifts.Cifar10C;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Shifts.Cifar10C;

/// <summary>The six blurs by hand, or from the documented draws.</summary>
public class BlurShiftTests
{
    private static readonly byte[] Spot = [0, 0, 0, 0, 0, 0, 255, 255, 255, 0, 0, 0, 0, 0, 0];

    /// <summary>
    /// Sigma 0.4: weights e^-3.125 = 0.0439 and e^-12.5 = 4e-6, sum with both sides 1.0879: 0.9192, 0.0404, 3e-6. The column, one pixel
    /// high, keeps its value. 255 times them: 234.4, 10.3, 0.
    /// </summary>
    [Fact]
    public void GaussianBlur_SeverityOne_IsByHand() => Assert.Equal(
        [0, 0, 0, 10, 10, 10, 234, 234, 234, 10, 10, 10, 0, 0, 0],
        new GaussianBlurShift().ApplyToOne(ColourImages.One(1, 5, Spot), 1));

    /// <summary>
    /// Radius 1: a fifth of the pixel and each neighbour (the smoothing moves 4e-6). 251 in the middle of 3 x 3: itself 50.2; a side's
    /// middle sees it twice, the border being mirrored: 100.4; corners see it not at all.
    /// </summary>
    [Fact]
    public void DefocusBlur_SeverityFour_IsByHand()
    {
        var image = new byte[27];
        image.AsSpan(12, 3).Fill(251);
        var expected = new byte[] { 0, 100, 0, 100, 50, 100, 0, 100, 0 }.SelectMany(value => new[] { value, value, value });
        Assert.Equal(expected, new DefocusBlurShift().ApplyToOne(ColourImages.One(3, 3, image), 4));
    }

    /// <summary>Radius 1.5 at 5 x 5: the sum is 1 up to single precision, and the nine middle cells are a ninth each.</summary>
    [Fact]
    public void DefocusBlur_Kernel_HasTheDisksCells()
    {
        var kernel = DefocusBlurShift.Kernel(1.5, .1);
        Assert.Equal(1, kernel.Sum(), 1e-6);
        for (var i = 0; i < 25; i++)
            Assert.Equal(i / 5 is > 0 and < 4 && i % 5 is > 0 and < 4 ? 1.0 / 9 : 0, kernel[i], 1e-7);
        // Radius below 1: the Gaussian itself. Sigma 0.4: e^-3.125 = 0.04394, centre (1 / 1.08787)^2 = 0.84497.
        Assert.Equal(0.84497, DefocusBlurShift.Kernel(.3, .4)[12], 1e-5);
        Assert.Equal(0.03713, DefocusBlurShift.Kernel(.3, .4)[11], 1e-5);
        Assert.Equal(0.00163, DefocusBlurShift.Kernel(.3, .4)[6], 1e-5);
    }

    /// <summary>
    /// Side 4, zoom 2: the crop is pixel 1 and 2, enlarged to 4: positions 1, 4/3, 5/3, 2. Side 3, zoom 1.5: ch = 2 from pixel 0,
    /// positions 0, 1/2, 1.
    /// </summary>
    [Fact]
    public void ClippedZoom_Slope_IsByHand()
    {
        Assert.Equal([3, 4, 5, 6], FirstRowOfSlope(4, 2), Close);
        Assert.Equal([0, 1.5, 3], FirstRowOfSlope(3, 1.5), Close);
        Assert.Equal([0, 3, 6, 9], FirstRowOfSlope(4, 1), Close);
    }

    /// <summary>
    /// A slope of 8 per column, severity 1. Column 31 of the enlargements by 1 to 1.06: 248, 248 (ch = o = 32), twice 8 * 31 * 31/32 =
    /// 240.25 (o = 33), 240 (ch 31, o 32: pixel 30), twice 8 * 31 * 30/32 = 232.5 (o 33). With the image: 1929.5 / 8 = 241.2.
    /// Column 16: 128, 128, twice 124, 8 * 16 * 30/31 = 123.87, twice 120. With the image: 995.87 / 8 = 124.5.
    /// </summary>
    [Fact]
    public void ZoomBlur_SlopeAtSeverityOne_IsByHand()
    {
        var slope = Enumerable.Range(0, 32 * 32 * 3).Select(i => (byte)(8 * (i / 3 % 32))).ToArray();
        var result = new ZoomBlurShift().ApplyToOne(ColourImages.One(32, 32, slope), 1);
        for (var i = 0; i < result.Length; i++)
            if (i / 3 % 32 is 0 or 16 or 31)
                Assert.Equal((i / 3 % 32) switch { 0 => 0, 16 => 124, _ => 241 }, result[i]);
    }

    /// <summary>
    /// Radius 6, sigma 1: weights e^(-i^2 / 2) by their sum 1.7533: 0.5704, 0.3459, 0.0772, 0.0063. A white pixel at column 5, seen from
    /// the columns before it: 145.4, 88.2, 19.7, 1.6.
    /// </summary>
    [Fact]
    public void MotionBlur_ToTheRight_LeavesTheTrailBefore()
    {
        var image = new byte[24];
        image.AsSpan(15, 3).Fill(255);
        var expected = new byte[] { 0, 0, 2, 20, 88, 145, 0, 0 }.SelectMany(value => new[] { value, value, value });
        Assert.Equal(expected, new MotionBlurShift().ApplyToOne(ColourImages.One(1, 8, image), 1, ("angle", "0")));
    }

    [Fact]
    public void MotionBlur_DrawnAngle_IsTheFirstUniformNumber()
    {
        var source = ColourImages.Slopes(3);
        var angle = new RandomStream(5, RandomPurpose.Shift, StableHash.Of("motion_blur"), 2).NextDouble() * 90 - 45;
        var parameter = ShiftTesting.Given(("angle", FormattableString.Invariant($"{angle:R}")));
        var given = new MotionBlurShift().Apply(source, 2, seed: 5, parameter);
        Assert.Equal(given.Sample(2), new MotionBlurShift().Apply(source, 2, seed: 5).Sample(2));
    }

    /// <summary>Severity 1 has no blur: only copies, at the documented places of the sequence.</summary>
    [Fact]
    public void GlassBlur_SeverityOne_CopiesByTheDocumentedDraws()
    {
        var source = SmallImages.Random(2, 32, 32, channels: 3);
        var random = new RandomStream(7, RandomPurpose.Shift, StableHash.Of("glass_blur"), 1);
        var expected = source.Sample(1);
        for (var row = 31; row > 1; row--)
            for (var column = 31; column > 1; column--)
            {
                var (dx, dy) = (random.NextInt32(-1, 1), random.NextInt32(-1, 1));
                for (var channel = 0; channel < 3; channel++)
                    expected[(row * 32 + column) * 3 + channel] = expected[((row + dy) * 32 + column + dx) * 3 + channel];
            }
        Assert.Equal(expected, new GlassBlurShift().Apply(source, 1, seed: 7).Sample(1));
    }

    /// <summary>
    /// Sigma 1 cut at 2: weights 1, 0.60653, 0.13534 by their sum 2.48374: 0.40262, 0.24420, 0.05449. Values 1, 0, 0, 3 mirrored: 0 1 |
    /// 1 0 0 3 | 3 0. First: 0.40262 + 0.24420 = 0.64682; last: 3 (0.40262 + 0.24420) = 1.94046. With the edge repeated the first sees
    /// another 1 two pixels before it: 0.70131.
    /// </summary>
    [Fact]
    public void GaussianFilter_MirroredAndCut_IsByHand()
    {
        double[] mirrored = [1, 0, 0, 3], repeated = [1, 0, 0, 3];
        new GaussianFilter(1, Border.Mirror, cut: 2).Apply(mirrored, width: 4);
        new GaussianFilter(1, Border.Edge, cut: 2).Apply(repeated, width: 4);
        Assert.Equal(0.64682, mirrored[0], 1e-5);
        Assert.Equal(1.94046, mirrored[3], 1e-5);
        Assert.Equal(0.70131, repeated[0], 1e-5);
    }

    [Fact]
    public void Mirror_OfFour_ContinuesForEver()
    {
        Assert.Equal([2, 1, 0, 1, 2, 3, 2, 1, 0, 1], Enumerable.Range(-8, 10).Select(i => Mirror.WithoutEdge(i, 4)));
        Assert.Equal([0, 1, 2, 3, 3, 2, 1, 0, 0, 1, 2, 3, 3], Enumerable.Range(-8, 13).Select(i => Mirror.WithEdge(i, 4)));
        Assert.Equal([0, 0, 0], Enumerable.Range(-1, 3).Select(i => Mirror.WithoutEdge(i, 1)));
        Assert.Equal([0, 0, 0], Enumerable.Range(-1, 3).Select(i => Mirror.WithEdge(i, 1)));
    }

    private static bool Close(double expected, double actual) => Math.Abs(expected - actual) < 1e-12;

    private static double[] FirstRowOfSlope(int side, double zoom)
    {
        var result = new double[side * side];
        new ClippedZoom(side, zoom).Apply([.. Enumerable.Range(0, side * side).Select(i => 3.0 * (i % side))], result);
        return result[..side];
    }
}
