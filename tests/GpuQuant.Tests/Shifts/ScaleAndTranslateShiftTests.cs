using GpuQuant.Shifts;
using GpuQuant.Shifts.MnistC;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Shifts;

public class ScaleAndTranslateShiftTests
{
    /// <summary>Factor 2 on 4x4: outputs 1 and 2 of each axis show the inputs at 0.5 and 2.5, the others lie outside.</summary>
    [Fact]
    public void Scale_FactorTwo_IsByHand() => Assert.Equal(
        [0, 0, 0, 0, 0, 35, 55, 0, 0, 115, 135, 0, 0, 0, 0, 0],
        new ScaleShift().ApplyToOne(
            SmallImages.One(4, 4, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150, 160), 5));

    [Theory]
    [InlineData(1, 1 / .9)]
    [InlineData(2, 1 / .8)]
    [InlineData(3, 1 / .7)]
    [InlineData(4, 1 / .6)]
    [InlineData(5, 1 / .5)]
    public void Scale_EverySeverity_AgreesWithThePlainReference(int severity, double factor)
    {
        var source = SmallImages.Random(1, 28, 28);
        var expected = PlainWarp.AroundCentre(source.Sample(0), 28, 28, factor, 0, 0, factor);
        ShiftTesting.AssertAlmostEqual(expected, new ScaleShift().ApplyToOne(source, severity));
        var given = new ScaleShift().ApplyToOne(source, 1, ("factor", FormattableString.Invariant($"{factor:R}")));
        ShiftTesting.AssertAlmostEqual(expected, given);
    }

    [Theory]
    [InlineData(1, 0, new byte[] { 2, 3, 0, 5, 6, 0, 8, 9, 0 })]
    [InlineData(-1, 0, new byte[] { 0, 1, 2, 0, 4, 5, 0, 7, 8 })]
    [InlineData(0, 1, new byte[] { 4, 5, 6, 7, 8, 9, 0, 0, 0 })]
    [InlineData(0, -2, new byte[] { 0, 0, 0, 0, 0, 0, 1, 2, 3 })]
    [InlineData(-2, 2, new byte[] { 0, 0, 7, 0, 0, 0, 0, 0, 0 })]
    [InlineData(0, 0, new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9 })]
    [InlineData(3, 0, new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(0, -1024, new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    public void Translate_GivenPixels_IsByHand(int dx, int dy, byte[] expected) => Assert.Equal(
        expected,
        new TranslateShift().ApplyToOne(SmallImages.One(3, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9), 1, ("dx", $"{dx}"), ("dy", $"{dy}")));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void Translate_Undrawn_GoesToAllFourCorners(int severity)
    {
        var source = SmallImages.Random(400, 12, 10);
        var drawn = new TranslateShift().Apply(source, severity, seed: 1);
        var corners = new List<(int, int)>();
        for (var i = 0; i < 400; i++)
            corners.Add(Corners(severity).Single(c => Plain(source.Sample(i), 12, 10, c.Dx, c.Dy).SequenceEqual(drawn.Sample(i))));
        Assert.All(corners.CountBy(corner => corner), entry => Assert.InRange(entry.Value, 65, 135));
        Assert.Equal(4, corners.Distinct().Count());
    }

    /// <summary>Giving dx must not move the draw of dy.</summary>
    [Fact]
    public void Translate_OneGiven_LeavesTheOtherDraw()
    {
        var source = SmallImages.Random(30, 8, 8);
        var shift = new TranslateShift();
        var drawn = shift.Apply(source, 2, seed: 5);
        var up = shift.Apply(source, 2, seed: 5, ShiftTesting.Given(("dx", "0")));
        for (var i = 0; i < 30; i++)
        {
            var (image, seen) = (source.Sample(i), drawn.Sample(i));
            var corner = Corners(2).Single(c => Plain(image, 8, 8, c.Dx, c.Dy).SequenceEqual(seen));
            Assert.Equal(Plain(image, 8, 8, 0, corner.Dy), up.Sample(i));
        }
    }

    private static IEnumerable<(int Dx, int Dy)> Corners(int n) => [(n, n), (n, -n), (-n, n), (-n, -n)];

    private static byte[] Plain(byte[] image, int height, int width, int dx, int dy)
    {
        var result = new byte[image.Length];
        for (var row = 0; row < height; row++)
            for (var column = 0; column < width; column++)
                if (row + dy >= 0 && row + dy < height && column + dx >= 0 && column + dx < width)
                    result[row * width + column] = image[(row + dy) * width + column + dx];
        return result;
    }
}
