using GpuQuant.Shifts.MnistC;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Shifts;

/// <summary>
/// The pictures are 13 wide: black in columns 0-5, a/2 in column 6, a in columns 7-12, the same in every row. Blurred with 0.398943,
/// 0.241971, 0.053991, 0.004432, 0.000134 (sigma 1), columns 4 to 8 hold a times 0.0316, 0.1795, 0.5, 0.8205, 0.9684; the rows' blur
/// cancels. Sobel gives 4 (next - previous): a times 1.874, 2.564, 1.874 in columns 5 to 7: one ridge, in column 6.
/// </summary>
public class CannyEdgesShiftTests
{
    private const int Width = 13;

    /// <summary>2.564 * 20 / 255 = 0.2011 is strong, 2.564 * 18 / 255 = 0.1810 weak, 2.564 * 8 / 255 = 0.0804 nothing.</summary>
    [Theory]
    [InlineData(254, true)]
    [InlineData(20, true)]
    [InlineData(18, false)]
    [InlineData(8, false)]
    public void Apply_UprightEdge_IsOneColumnOffTheBorder(byte amplitude, bool isStrong)
    {
        var step = Step(amplitude, 7);
        var edges = Edges(7, row => isStrong && row is >= 1 and < 6);
        Assert.Equal(edges, new CannyEdgesShift().ApplyToOne(SmallImages.One(7, Width, step), 1));
        Assert.Equal(Transposed(edges, 7), new CannyEdgesShift().ApplyToOne(SmallImages.One(Width, 7, Transposed(step, 7)), 1));
    }

    /// <summary>Where the step of 18 goes on from one of 22, the whole ridge is one group with strong pixels.</summary>
    [Fact]
    public void Apply_WeakEdgeJoinedToAStrongOne_IsKept()
    {
        byte[] image = [.. Step(22, 10), .. Step(18, 10)];
        Assert.Equal(Edges(20, row => row is >= 1 and < 19), new CannyEdgesShift().ApplyToOne(SmallImages.One(20, Width, image), 1));
    }

    /// <summary>The group ends where the step sinks to 8: what lies beyond is another group, weak throughout.</summary>
    [Fact]
    public void Apply_WeakEdgeBeyondAGap_IsRemoved()
    {
        byte[] image = [.. Step(40, 10), .. Step(0, 10), .. Step(16, 10)];
        var edges = new CannyEdgesShift().ApplyToOne(SmallImages.One(30, Width, image), 1);
        Assert.Equal(255, edges[4 * Width + 6]);
        Assert.All(edges[(15 * Width)..], value => Assert.Equal(0, value));
        byte[] strong = [.. Step(40, 10), .. Step(0, 10), .. Step(40, 10)];
        Assert.Equal(255, new CannyEdgesShift().ApplyToOne(SmallImages.One(30, Width, strong), 1)[25 * Width + 6]);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 9)]
    [InlineData(28, 28)]
    public void Apply_EvenPicture_IsBlack(int height, int width)
    {
        var image = SmallImages.One(height, width, [.. Enumerable.Repeat((byte)255, height * width)]);
        Assert.Equal(new byte[height * width], new CannyEdgesShift().ApplyToOne(image, 1));
    }

    private static byte[] Step(byte amplitude, int rows) =>
        [.. Enumerable.Range(0, rows * Width).Select(i => (byte)(i % Width < 6 ? 0 : i % Width == 6 ? amplitude / 2 : amplitude))];

    private static byte[] Edges(int rows, Func<int, bool> isEdge) =>
        [.. Enumerable.Range(0, rows * Width).Select(i => (byte)(i % Width == 6 && isEdge(i / Width) ? 255 : 0))];

    private static byte[] Transposed(byte[] image, int rows) =>
        [.. Enumerable.Range(0, image.Length).Select(i => image[i % rows * Width + i / rows])];
}
