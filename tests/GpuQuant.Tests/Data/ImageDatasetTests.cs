using GpuQuant.Data;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data;

public class ImageDatasetTests
{
    private static readonly Shape Tiny = new(1, 2, 1);

    [Fact]
    public void Read_EachIndex_GivesItsOwnPixels()
    {
        var set = new ImageDataset("tiny", [1, 2, 3, 4], [0, 1], Tiny, 2);
        Assert.Equal([1, 2], set.Sample(0));
        Assert.Equal([3, 4], set.Sample(1));
        Assert.Equal(1, set.Label(1));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void Read_IndexOutside_Throws(int index)
    {
        var set = new ImageDataset("tiny", [1, 2, 3, 4], [0, 1], Tiny, 2);
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Sample(index));
    }

    [Fact]
    public void Constructor_PixelsAndLabelsDiffer_Throws()
    {
        var error = Assert.Throws<DataException>(() => new ImageDataset("tiny", [1, 2, 3], [0, 1], Tiny, 2));
        Assert.Contains("2 labels and 3 bytes", error.Message);
    }

    [Fact]
    public void Constructor_LabelOutside_Throws()
    {
        var error = Assert.Throws<DataException>(() => new ImageDataset("tiny", [1, 2, 3, 4], [0, 2], Tiny, 2));
        Assert.Contains("sample 1 the label 2, expected 0 to 1", error.Message);
    }
}
