using GpuQuant.Data;
using GpuQuant.Numerics;
using GpuQuant.Shifts.MnistC;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Shifts;

/// <summary>
/// Stripes and lines. A pixel e rows off a line gets 255 * (1 + ln(1 - e / 2.3)): 255, 215 (e = 1/3), 168 (2/3), 110 (1), 34 (4/3), and
/// nothing from e = 1.45 on.
/// </summary>
public class LineShiftTests
{
    private static readonly ImageDataset Black = SmallImages.One(28, 28, new byte[784]);

    [Fact]
    public void Stripe_EveryColumn_IsByHand()
    {
        byte[] row = [0, 255, 7, 0, 0, 0, 100, 100, 0, 255, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 11, 0, 0, 0, 0, 254, 255];
        byte[] expected = [255, 0, 248, 255, 255, 255, 155, 100, 0, 255, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 244, 255, 255, 255, 255, 1, 0];
        var image = SmallImages.One(28, 28, [.. Enumerable.Repeat(row, 28).SelectMany(r => r)]);
        Assert.Equal(Enumerable.Repeat(expected, 28).SelectMany(r => r), new StripeShift().ApplyToOne(image, 1));
    }

    [Fact]
    public void DottedLine_Level_IsByHand()
    {
        var picture = Rows(new DottedLineShift().ApplyToOne(Black, 1, ("r0", "3"), ("r1", "3")));
        byte[] on = [0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 0];
        for (var row = 0; row < 28; row++)
            Assert.Equal(on.Select(dot => (byte)(dot * (row switch { 3 => 255, 2 or 4 => 110, _ => 0 }))), picture[row]);
    }

    /// <summary>From row 0 to row 9 the line sinks by a third of a row per column: 2/3 at column 2, 1 at column 3, 2 at column 6.</summary>
    [Fact]
    public void DottedLine_Sloping_IsByHand()
    {
        var picture = Rows(new DottedLineShift().ApplyToOne(Black, 1, ("r0", "0"), ("r1", "9")));
        Assert.Equal([168, 215, 34, 0], picture[..4].Select(row => row[2]));
        Assert.Equal([110, 255, 110, 0], picture[..4].Select(row => row[3]));
        Assert.Equal([0, 110, 255, 110, 0], picture[..5].Select(row => row[6]));
        Assert.All(picture, row => Assert.Equal([0, 0, 0, 0], [row[0], row[1], row[4], row[27]]));
    }

    [Fact]
    public void DottedLine_OverInk_AddsAndClips()
    {
        var grey = SmallImages.One(28, 28, [.. Enumerable.Repeat((byte)100, 784)]);
        var picture = Rows(new DottedLineShift().ApplyToOne(grey, 1, ("r0", "3"), ("r1", "3")));
        // 100 + 109.51 beside the line, and no more than 255 on it.
        Assert.Equal([100, 210, 255, 210, 100], picture[1..6].Select(row => row[2]));
    }

    /// <summary>
    /// Level at row 14 the length is 23: turns at 2, 6, 10, 14, 18, 22 along, 2 rows off, and the end at 23, -2 / (2 * (23 - 20)) off. So
    /// columns 2 and 3 rise from (2, 14), then the peak goes (4, 16), (8, 12), (12, 16), (16, 12), (20, 16), (24, 12) in steps of one.
    /// </summary>
    [Fact]
    public void Zigzag_Level_IsByHand()
    {
        var picture = new ZigzagShift().ApplyToOne(Black, 1, ("r0", "14"), ("r1", "14"));
        int[] peaks = [14, 15, 16, 15, 14, 13, 12, 13, 14, 15, 16, 15, 14, 13, 12, 13, 14, 15, 16, 15, 14, 13, 12];
        var expected = new byte[784];
        foreach (var (index, peak) in peaks.Index())
            foreach (var (offset, ink) in new[] { (-1, (byte)110), (0, (byte)255), (1, (byte)110) })
                expected[(peak + offset) * 28 + index + 2] = ink;
        Assert.Equal(expected, picture);
    }

    [Theory]
    [InlineData("dotted_line", "r0", "0.5")]
    [InlineData("zigzag", "r1", "1.5")]
    [InlineData("zigzag", "r0", "57")]
    public void Lines_BadRow_IsAUsageError(string name, string parameter, string value)
    {
        var shift = Catalog.All<GpuQuant.Shifts.IShift>().Single(shift => shift.Name == name);
        var error = Assert.Throws<UsageException>(() => shift.Apply(Black, 1, 0, ShiftTesting.Given((parameter, value))));
        Assert.Contains($"{parameter} (the whole row where the line", error.Message);
    }

    /// <summary>Giving one end must not move the draw of the other; the zigzag's end is drawn relative to its start.</summary>
    [Fact]
    public void Lines_OneEndGiven_LeavesTheOtherDraw()
    {
        for (uint key = 0; key < 20; key++)
        {
            var dots = PlainDraws.Documented("dotted_line", 0, (int)key);
            var (start, end) = (dots.Integer(0, 27), dots.Integer(0, 27));
            Assert.Equal(
                new DottedLineShift().ApplyToOne(Black, 1, ("r0", $"{start}"), ("r1", "5")),
                new DottedLineShift().ApplyToOne(Black, 1, ("key", $"{key}"), ("r1", "5")));
            Assert.Equal(
                new DottedLineShift().ApplyToOne(Black, 1, ("r0", "5"), ("r1", $"{end}")),
                new DottedLineShift().ApplyToOne(Black, 1, ("key", $"{key}"), ("r0", "5")));
            var zigzag = PlainDraws.Documented("zigzag", 0, (int)key);
            var (_, rise) = (zigzag.Integer(0, 27), zigzag.Integer(-5, 5));
            Assert.Equal(
                new ZigzagShift().ApplyToOne(Black, 1, ("r0", "9"), ("r1", $"{9 + rise}")),
                new ZigzagShift().ApplyToOne(Black, 1, ("key", $"{key}"), ("r0", "9")));
        }
    }

    [Fact]
    public void AppliesTo_OtherSizes_OnlyWhereTheShiftIsDefined()
    {
        var small = SmallImages.Random(1, 9, 11);
        Assert.False(new StripeShift().AppliesTo(small));
        Assert.False(new DottedLineShift().AppliesTo(small));
        Assert.False(new ZigzagShift().AppliesTo(small));
        Assert.False(new FogShift().AppliesTo(SmallImages.Random(1, 257, 3)));
        Assert.True(new FogShift().AppliesTo(small));
    }

    private static byte[][] Rows(byte[] picture) => [.. picture.Chunk(28)];
}
