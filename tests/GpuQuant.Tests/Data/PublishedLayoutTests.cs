using GpuQuant.Data;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data;

public class PublishedLayoutTests
{
    private static readonly ImageDataset Three = new("three", [1, 2, 3, 4, 5, 6], [7, 8, 9], new Shape(1, 2, 1), 10);

    [Fact]
    public void Write_FirstTwo_GivesImagesAndLabels()
    {
        using var folder = new TemporaryFolder();
        PublishedLayout.Write(Three, folder.File("identity"), DataPart.Test, 2);
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
        var paths = PublishedLayout.Write(Three, folder.Path, DataPart.Train, 3);
        Assert.Equal((folder.File("train_images.npy"), folder.File("train_labels.npy")), paths);
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    public void Write_CountOutside_IsAUsageError(int count)
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Throws<UsageException>(() => PublishedLayout.Write(Three, folder.Path, DataPart.Test, count));
        Assert.Contains("1 to 3", error.Message);
        Assert.Empty(Directory.GetFiles(folder.Path));
    }
}
