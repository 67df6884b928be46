using GpuQuant.Data;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data;

public class PublishedLayoutTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static readonly ImageDataset Three = new("three", [1, 2, 3, 4, 5, 6], [7, 8, 9], new Shape(1, 2, 1), 10);

    [Fact]
    public void Write_FirstTwo_GivesImagesAndLabels()
    {
        using var folder = new TemporaryFolder();
        PublishedLayout.Write(Three, folder.File("identity"), DataPart.Test, 2, null, Stop);
        var images = NpyFile.Read(folder.File("identity/test_images.npy"));
        var labels = NpyFile.Read(folder.File("identity/test_labels.npy"));
        Assert.Equal((DType.UInt8, new Shape(2, 1, 2, 1)), (images.Type, images.Shape));
        Assert.Equal([1, 2, 3, 4], images.Bytes.ToArray());
        Assert.Equal([7L, 8L], labels.Span<long>().ToArray());
    }

    [Fact]
    public void Write_TrainingPart_HasItsOwnNames()
    {
        using var folder = new TemporaryFolder();
        var paths = PublishedLayout.Write(Three, folder.Path, DataPart.Train, 3, null, Stop);
        Assert.Equal((folder.File("train_images.npy"), folder.File("train_labels.npy")), paths);
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void Write_CountOutside_IsAUsageError(int count)
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<UsageException>(() => PublishedLayout.Write(Three, folder.Path, DataPart.Test, count, null, Stop));
        Assert.Contains("1 to 3", error.Message);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    /// <summary>Two sets of which the first two samples are written: 1 2 3 4 and, each plus 10, 11 12 13 14.</summary>
    [Fact]
    public void WriteImages_TwoSets_FollowOneAnother()
    {
        using var folder = new TemporaryFolder();
        var told = new List<(int, int)>();
        var other = new ImageDataset("other", [11, 12, 13, 14, 15, 16], [7, 8, 9], new Shape(1, 2, 1), 10);
        PublishedLayout.WriteImages(folder.File("both.npy"), [Three, other], 2, (done, all) => told.Add((done, all)), Stop);
        var written = NpyFile.Read(folder.File("both.npy"));
        Assert.Equal(new Shape(4, 1, 2, 1), written.Shape);
        Assert.Equal([1, 2, 3, 4, 11, 12, 13, 14], written.Bytes.ToArray());
        Assert.Equal([(2, 4), (4, 4)], told);
    }

    [Fact]
    public void WriteByteLabels_Twice_RepeatsThem()
    {
        using var folder = new TemporaryFolder();
        PublishedLayout.WriteByteLabels(folder.File("labels.npy"), Three, 2, 3);
        var written = NpyFile.Read(folder.File("labels.npy"));
        Assert.Equal((DType.UInt8, new Shape(6)), (written.Type, written.Shape));
        Assert.Equal([7, 8, 7, 8, 7, 8], written.Bytes.ToArray());
    }

    [Fact]
    public void Write_Cancelled_LeavesNoFile()
    {
        using var folder = new TemporaryFolder();
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(
            () => PublishedLayout.Write(Three, folder.Path, DataPart.Test, 2, null, stop.Token));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }
}
