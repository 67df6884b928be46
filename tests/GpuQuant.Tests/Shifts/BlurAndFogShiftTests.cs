using GpuQuant.Data;
using GpuQuant.Shifts;
using GpuQuant.Shifts.MnistC;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Shifts;

public class BlurAndFogShiftTests
{
    /// <summary>
    /// Sigma 0.25 keeps 0.999330 and takes 0.000335 from above and below: 255 * 0.999665 = 254.91 is cut to 254, then 254 * 0.999665 =
    /// 253.91 rounds to 254. Columns do not mix.
    /// </summary>
    [Fact]
    public void GlassBlur_NoPass_BlursDownTheColumnsOnly() => Assert.Equal(
        [0, 100, 254, 100],
        new GlassBlurShift().ApplyToOne(SmallImages.One(2, 2, 0, 100, 255, 100), 1, ("sigma", "0.25"), ("passes", "0")));

    /// <summary>White between black, sigma 0.25: 255 * 0.999330 = 254.83 is cut to 254, then 253.83 rounds to 254.</summary>
    [Fact]
    public void GlassBlur_Line_IsByHand()
    {
        var shift = new GlassBlurShift();
        var column = SmallImages.One(5, 1, 0, 0, 255, 0, 0);
        Assert.Equal([0, 0, 254, 0, 0], shift.ApplyToOne(column, 1, ("sigma", "0.25"), ("passes", "0")));
        // Sigma 0.4, radius 2: weights 0.919218, 0.040388 and 3e-6 after division by 1.087881. First 234.4 and 10.3, cut to 234 and 10;
        // then 234 * 0.919218 + 20 * 0.040388 = 215.9, 10 * 0.919218 + 234 * 0.040388 = 18.6 and 10 * 0.040388 = 0.4.
        Assert.Equal([0, 19, 216, 19, 0], shift.ApplyToOne(column, 1, ("sigma", "0.4"), ("passes", "0")));
        Assert.Equal([0, 0, 255, 0, 0], shift.ApplyToOne(SmallImages.One(1, 5, 0, 0, 255, 0, 0), 1, ("sigma", "0.4"), ("passes", "0")));
    }

    [Fact]
    public void GlassBlur_NoBlur_OnlySwapsPixelsInReach()
    {
        var source = SmallImages.One(28, 28, [.. Enumerable.Range(0, 784).Select(i => (byte)(i % 251))]);
        var (before, after) = (source.Sample(0), new GlassBlurShift().ApplyToOne(source, 4, ("sigma", "0")));
        Assert.Equal(before.Order(), after.Order());
        Assert.NotEqual(before, after);
        // With shift 3 the pixels from row and column 4 to 25 are visited and reach from 1 to 27.
        Assert.Equal(before[..28], after[..28]);
        Assert.All(Enumerable.Range(0, 28), row => Assert.Equal(before[row * 28], after[row * 28]));
    }

    /// <summary>The picture's own angle is the first uniform number of its sequence, on -45 to 45 degrees.</summary>
    [Fact]
    public void MotionBlur_DrawnAngle_IsTheGivenOne()
    {
        var source = SmallImages.Random(1, 28, 28);
        for (var key = 0; key < 20; key++)
        {
            var angle = -45 + 90 * PlainDraws.Documented("motion_blur", 0, key).Uniform();
            Assert.InRange(angle, -45, 45);
            Assert.Equal(
                new MotionBlurShift().ApplyToOne(source, 1, ("angle", FormattableString.Invariant($"{angle:R}"))),
                new MotionBlurShift().ApplyToOne(source, 1, ("key", $"{key}")));
        }
    }

    /// <summary>Radius 1 and sigma 1, as in the blur's own tests: 255 * 0.57409, 255 * 0.07770, 255 * 0.42591 and 255.</summary>
    [Fact]
    public void MotionBlur_AllGiven_IsByHand() => Assert.Equal(
        [146, 20, 109, 255],
        new MotionBlurShift().ApplyToOne(SmallImages.One(1, 4, 255, 0, 0, 255), 5, ("angle", "0"), ("radius", "1"), ("sigma", "1")));

    /// <summary>Where the map is p, black becomes 3 p / 4 and white (1 + 3 p) / 4; with m = 102 / 255 = 0.4: 3 p * 0.4 / 3.4.</summary>
    [Theory]
    [InlineData(255)]
    [InlineData(102)]
    public void Fog_SeverityFive_MixesByTheMap(byte brightest)
    {
        var source = SmallImages.One(2, 3, 0, brightest, 0, 0, 0, 0);
        var draws = PlainDraws.Documented("fog", 0, 0);
        var map = PlainPlasma.Draw(256, 1.4, draws.Coarse);
        var m = brightest / 255.0;
        double[] mixed = [3 * map[0, 0], m + 3 * map[0, 1], 3 * map[0, 2], 3 * map[1, 0], 3 * map[1, 1], 3 * map[1, 2]];
        Assert.Equal(
            mixed.Select(value => (byte)Math.Round((float)(value * m / (m + 3) * 255))),
            new FogShift().ApplyToOne(source, 5));
    }

    [Fact]
    public void Fog_BlackPicture_StaysBlack() =>
        Assert.Equal(new byte[12], new FogShift().ApplyToOne(SmallImages.One(3, 4, new byte[12]), 5));

    /// <summary>Mud everywhere is 63, whatever lies below; where the threshold is far above the noise there is none.</summary>
    [Fact]
    public void Spatter_AllOrNothing_IsByHand()
    {
        var source = SmallImages.Random(1, 28, 28);
        Assert.All(new SpatterShift().ApplyToOne(source, 1, ("threshold", "0")), value => Assert.Equal(63, value));
        Assert.Equal(source.Sample(0), new SpatterShift().ApplyToOne(source, 1, ("threshold", "2")));
    }

    /// <summary>A mask below 0.8 leaves the picture as it is; from there on white becomes 255 - 192 M, at most 101.4.</summary>
    [Fact]
    public void Spatter_WhitePicture_HasNoLightMud()
    {
        var white = SmallImages.One(28, 28, [.. Enumerable.Repeat((byte)255, 784)]);
        var grey = new SpatterShift().ApplyToOne(white, 4);
        Assert.All(grey, value => Assert.True(value is 255 or (>= 63 and <= 101), $"{value}"));
        Assert.Contains(grey, value => value < 255);
    }
}
