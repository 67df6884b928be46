using GpuQuant.Shifts;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Shifts;

/// <summary>
/// Radius 1 and sigma 1 make three taps of 1, exp(-1/2) = 0.60653, exp(-2) = 0.13534, over their sum 1.74187: 0.57409, 0.34821, 0.07770.
/// </summary>
public class MotionBlurTests
{
    /// <summary>Angle 0 looks to the right: 146.4, 19.8, 255 * (0.34821 + 0.07770) = 108.6, 255.</summary>
    [Theory]
    [InlineData(0, 4)]
    [InlineData(90, 1)]
    public void Apply_AlongAnAxis_IsByHand(double angle, int width) =>
        Assert.Equal([146, 20, 109, 255], Apply(new MotionBlur(1, 1, angle), [255, 0, 0, 255], width));

    /// <summary>Angle 180 looks to the left: the same mirrored.</summary>
    [Theory]
    [InlineData(180, 4)]
    [InlineData(-180, 4)]
    [InlineData(-90, 1)]
    public void Apply_Backwards_IsByHand(double angle, int width) =>
        Assert.Equal([255, 109, 20, 146], Apply(new MotionBlur(1, 1, angle), [255, 0, 0, 255], width));

    /// <summary>
    /// Angle 30: right ceil(0.866 - 0.5) = 1 and ceil(1.732 - 0.5) = 2, down ceil(0.5 - 0.5) = 0 and ceil(1 - 0.5) = 1. From the upper left
    /// corner 0.57409 * 100 + 0.34821 * 200 + 0.07770 * 250 = 146.476. A sine a bit above one half would take the lower row.
    /// </summary>
    [Fact]
    public void Apply_ThirtyDegrees_TakesTheUpperOfTwoRowsAtATie()
    {
        byte[] image = [100, 200, 0, 0, 0, 250];
        Assert.Equal(146, Apply(new MotionBlur(1, 1, 30), image, 3)[0]);
    }

    /// <summary>Angle 45: both further taps are one down and one to the right, so 0.57409 * 50 + 0.42591 * 180 = 105.4.</summary>
    [Fact]
    public void Apply_Diagonal_IsByHand() => Assert.Equal(105, Apply(new MotionBlur(1, 1, 45), [50, 0, 0, 180], 2)[0]);

    /// <summary>Every published strength at many angles, against the formula as it stands in the specification.</summary>
    [Theory]
    [InlineData(6, 1)]
    [InlineData(9, 2.5)]
    [InlineData(10, 3)]
    [InlineData(20, 15)]
    [InlineData(2.5, 1)]
    public void Apply_AnyAngle_AgreesWithTheFormula(double radius, double sigma)
    {
        var image = SmallImages.Random(1, 13, 17).Sample(0);
        for (var angle = -179; angle <= 180; angle += 4)
            Assert.Equal(Plain(image, 13, 17, radius, sigma, angle), Apply(new MotionBlur(radius, sigma, angle), image, 17));
    }

    private static byte[] Apply(MotionBlur blur, byte[] image, int width)
    {
        var result = new byte[image.Length];
        blur.Apply(image, width, result);
        return result;
    }

    private static byte[] Plain(byte[] image, int height, int width, double radius, double sigma, double angle)
    {
        var taps = 2 * (int)Math.Ceiling(radius) + 1;
        var total = Enumerable.Range(0, taps).Sum(i => Math.Exp(-i * i / (2 * sigma * sigma)));
        var (sin, cos) = Math.SinCos(angle * Math.PI / 180);
        return [.. image.Index().Select(pixel => (byte)Math.Floor(0.5 + Enumerable.Range(0, taps).Sum(i =>
        {
            var row = Math.Clamp(pixel.Index / width + (int)Math.Ceiling(i * sin - 0.5), 0, height - 1);
            var column = Math.Clamp(pixel.Index % width + (int)Math.Ceiling(i * cos - 0.5), 0, width - 1);
            return Math.Exp(-i * i / (2 * sigma * sigma)) / total * image[row * width + column];
        })))];
    }
}
