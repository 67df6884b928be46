using GpuQuant.Data;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data;

/// <summary>Samples read on all cores come in order; hashes and copies follow from them.</summary>
public class SampleBlocksTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(700)]
    public void ReadBlocks_AnyCount_GivesAllInOrder(int count)
    {
        var set = SmallImages.Random(700, 5, 3);
        var (bytes, told) = (new List<byte>(), new List<(int, int)>());
        set.ReadBlocks(count, block => bytes.AddRange(block), (done, all) => told.Add((done, all)), Stop);
        Assert.Equal(set.Samples(count), bytes);
        Assert.Equal((count, count), told[^1]);
        Assert.Equal(told.Order(), told);
    }

    [Fact]
    public void ReadBlocks_Cancelled_Stops()
    {
        using var stop = new CancellationTokenSource();
        var set = SmallImages.Random(700, 5, 3);
        Assert.Throws<OperationCanceledException>(() => set.ReadBlocks(700, _ => stop.Cancel(), null, stop.Token));
    }

    [Fact]
    public void ReadBlocks_LargeSamples_HoldsFewAtOnce()
    {
        var most = 0;
        SmallImages.Random(9, 1000, 1000).ReadBlocks(9, block => most = Math.Max(most, block.Length), null, Stop);
        Assert.Equal(4_000_000, most);
    }

    /// <summary>
    /// SHA-256 of the text "2 UInt8 1x2x1", a line end and the bytes 1 2 3 4, from
    /// <c>printf '2 UInt8 1x2x1\n\x01\x02\x03\x04' | sha256sum</c>.
    /// </summary>
    [Fact]
    public void Hash_OfTwoSamples_IsThatOfTheirBytes()
    {
        var set = new ImageDataset("a", [1, 2, 3, 4], [0, 1], new Shape(1, 2, 1), 10);
        Assert.Equal("2e7f2f5920d209bf6fcf083f8d3e8e1b0872848089ba399954d6ba460a89a65c", SampleHash.Of(set));
        Assert.Equal(SampleHash.Of(set), SampleHash.Of(new ImageDataset("b", [1, 2, 3, 4], [9, 9], new Shape(1, 2, 1), 10)));
        Assert.NotEqual(SampleHash.Of(set), SampleHash.Of(new ImageDataset("a", [1, 2, 3, 5], [0, 1], new Shape(1, 2, 1), 10)));
        Assert.NotEqual(SampleHash.Of(set), SampleHash.Of(new ImageDataset("a", [1, 2, 3, 4], [0, 1], new Shape(2, 1, 1), 10)));
    }

    [Fact]
    public void InMemory_OtherSamples_KeepsLabelsAndClasses()
    {
        var labelled = new ImageDataset("a", [1, 2, 3, 4], [7, 8], new Shape(1, 2, 1), 10);
        var set = new InMemoryDataset("b", Tensor.From<byte>([9, 8, 7, 6], new Shape(2, 1, 2, 1)), labelled);
        Assert.Equal(("b", 2, 10, DType.UInt8), (set.Name, set.Count, set.Classes, set.SampleType));
        Assert.Equal(new Shape(1, 2, 1), set.SampleShape);
        Assert.Equal([7, 6], set.Sample(1));
        Assert.Equal(8, set.Label(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => set.Sample(2));
        var error = Assert.Throws<DataException>(() => new InMemoryDataset("b", new Tensor(DType.UInt8, new Shape(2, 2, 1, 1)), labelled));
        Assert.Contains("holds UInt8 of 2x2x1x1, expected UInt8 of 2x1x2x1", error.Message);
    }
}
