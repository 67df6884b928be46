using GpuQuant.Data;
using GpuQuant.Data.Drawn;
using GpuQuant.Shifts;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Shifts;

/// <summary>MNIST-C's random corruptions against plain ones: the same draws give the same bytes, other draws the same statistics.</summary>
public class RandomMnistCTests
{
    private const int Count = 1000;
    private static readonly IDataset Glyphs = new GlyphsSource().Load(DataPart.Test, "");

    public static TheoryData<string> Names() =>
        ["shot_noise", "impulse_noise", "glass_blur", "motion_blur", "translate", "fog", "spatter", "dotted_line", "zigzag"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Apply_DocumentedDraws_GiveThePlainBytes(string name)
    {
        var (shift, plain, source) = (Shift(name), PlainMnistC.Named(name), SmallImages.Random(12, 28, 28));
        for (var severity = 1; severity <= shift.Severities; severity++)
        {
            var set = shift.Apply(source, severity, seed: 7);
            for (var i = 0; i < source.Count; i++)
                ShiftTesting.AssertAlmostEqual(plain(source.Sample(i), severity, PlainDraws.Documented(name, 7, i)), set.Sample(i));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Apply_ThousandPictures_HaveThePlainStatistics(string name)
    {
        var (shift, plain, draws) = (Shift(name), PlainMnistC.Named(name), PlainDraws.Independent(5));
        var pictures = Pictures(Glyphs);
        var expected = pictures.Select(picture => plain(picture, shift.DefaultSeverity, draws)).ToArray();
        Assert.Empty(PictureStatistics.Differences(expected, Pictures(shift.Apply(Glyphs, shift.DefaultSeverity, seed: 1))));
    }

    /// <summary>The statistics are fine enough to tell another severity, or an unshifted picture where there is but one.</summary>
    [Theory]
    [InlineData("shot_noise")]
    [InlineData("impulse_noise")]
    [InlineData("glass_blur")]
    [InlineData("motion_blur")]
    [InlineData("fog")]
    [InlineData("spatter")]
    [InlineData("dotted_line")]
    [InlineData("zigzag")]
    public void Differences_OtherSeverity_AreSeen(string name)
    {
        var shift = Shift(name);
        var shifted = Pictures(shift.Apply(Glyphs, shift.DefaultSeverity, seed: 1));
        var other = shift.DefaultSeverity == 1 ? 2 : shift.DefaultSeverity - 1;
        Assert.NotEmpty(PictureStatistics.Differences(
            shifted, Pictures(shift.Severities == 1 ? Glyphs : shift.Apply(Glyphs, other, seed: 2))));
    }

    /// <summary>These draw a side only; both sides' pictures have golden cases of their own.</summary>
    [Theory]
    [InlineData("rotate")]
    [InlineData("shear")]
    public void Apply_ThousandPicturesTurnedToEitherSide_HaveThePlainStatistics(string name)
    {
        var (shift, draws) = (Shift(name), PlainDraws.Independent(6));
        byte[][] ToSide(string sign) => Pictures(shift.Apply(Glyphs, shift.DefaultSeverity, 1, ShiftTesting.Given(("sign", sign))));
        byte[][][] sides = [ToSide("-1"), ToSide("1")];
        var expected = Enumerable.Range(0, Count).Select(i => sides[draws.Bit() ? 1 : 0][i]).ToArray();
        var actual = Pictures(shift.Apply(Glyphs, shift.DefaultSeverity, seed: 1));
        Assert.Empty(PictureStatistics.Differences(expected, actual));
        Assert.Equal(0.5, actual.Index().Count(p => p.Item.SequenceEqual(sides[1][p.Index])) / (double)Count, 5 * 0.5 / Math.Sqrt(Count));
    }

    private static byte[][] Pictures(IDataset set) => [.. Enumerable.Range(0, Count).Select(set.Sample)];

    private static IShift Shift(string name) => Catalog.All<IShift>().Single(shift => shift.Suite == "mnist-c" && shift.Name == name);
}
