using FsCheck;
using FsCheck.Fluent;
using GpuQuant.Shifts;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Shifts;

public class AffineWarpTests
{
    [Fact]
    public void Apply_Identity_KeepsEveryByte()
    {
        var image = SmallImages.Random(1, 5, 7).Sample(0);
        Assert.Equal(image, Apply(AffineWarp.AroundCentre(1, 0, 0, 1, 7, 5), image, 7));
    }

    /// <summary>Half a pixel to the right: neighbours' means, ties to even; the last column has only half of its own.</summary>
    [Fact]
    public void Apply_HalfPixel_AveragesAndRoundsTiesToEven()
    {
        byte[] row = [0, 1, 2, 3, 5, 255];
        Assert.Equal([0, 2, 2, 4, 130, 128], Apply(new AffineWarp(1, 0, 0.5, 0, 1, 0), row, 6));
    }

    /// <summary>One and a half pixels to the left of the picture: the first output column is outside, the second half inside.</summary>
    [Fact]
    public void Apply_BeyondTheBorder_CountsOutsideAsBlack()
    {
        byte[] row = [100, 200, 40];
        Assert.Equal([0, 50, 150], Apply(new AffineWarp(1, 0, -1.5, 0, 1, 0), row, 3));
        Assert.Equal([0, 0, 0], Apply(new AffineWarp(1, 0, 3, 0, 1, 0), row, 3));
        Assert.Equal([0, 0, 0], Apply(new AffineWarp(1, 0, 1e300, 0, 1, 0), row, 3));
    }

    [Fact]
    public void AroundCentre_AnyMap_KeepsTheCentre()
    {
        var warp = AffineWarp.AroundCentre(0.3, -2, 1.7, 0.9, 28, 28);
        Assert.Equal(13.5, warp.A * 13.5 + warp.B * 13.5 + warp.C, 1e-12);
        Assert.Equal(13.5, warp.D * 13.5 + warp.E * 13.5 + warp.F, 1e-12);
    }

    [Fact]
    public void Apply_AnyLinearMap_AgreesWithThePlainReference()
    {
        var image = SmallImages.Random(1, 9, 11).Sample(0);
        Prop.ForAll<int, int, (int D, int E)>((a, b, last) =>
        {
            // Odd denominators keep positions off the grid of halves, where the two ways of rounding may differ.
            var (l00, l01, l10, l11) = (a / 17.3, b / 13.7, last.D / 19.1, last.E / 11.9);
            var actual = Apply(AffineWarp.AroundCentre(l00, l01, l10, l11, 11, 9), image, 11);
            ShiftTesting.AssertAlmostEqual(PlainWarp.AroundCentre(image, 9, 11, l00, l01, l10, l11), actual);
            return true;
        }).QuickCheckThrowOnFailure();
    }

    private static byte[] Apply(AffineWarp warp, byte[] image, int width)
    {
        var result = new byte[image.Length];
        warp.Apply(image, width, result);
        return result;
    }
}
