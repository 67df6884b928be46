using GpuQuant.Data;
using GpuQuant.Data.Downloads;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data;

public class MnistSourceTests
{
    private static readonly MnistSource Source = new();

    [Fact]
    public void Load_RealTrainingSet_HasThePublishedCounts() => AssertCounts(
        DataPart.Train, "mnist/train", [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949], 5);

    [Fact]
    public void Load_RealTestSet_HasThePublishedCounts() => AssertCounts(
        DataPart.Test, "mnist/test", [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009], 7);

    [Fact]
    public void Files_OfTheRealSet_MatchTheirPins()
    {
        var checks = DataVerifier.Verify(Source, RealData.RequireMnist());
        Assert.Equal(4, checks.Count);
        Assert.All(checks, check => Assert.Equal(FileState.Valid, check.State));
    }

    [Fact]
    public void Load_RealTestSet_FirstImageIsTheSevenEverybodyKnows()
    {
        var image = Source.Load(DataPart.Test, RealData.RequireMnist()).Sample(0);
        // The top bar of the seven: row 7, columns 6 to 11.
        Assert.Equal([84, 185, 159, 151, 60, 36], image[(7 * 28 + 6)..(7 * 28 + 12)]);
        Assert.Equal(18454, image.Sum(value => value));
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("mnist", ".gz")]
    [InlineData("mnist", ".br")]
    public void Load_FilesInFolderOrSubfolder_AreFound(string subfolder, string ending)
    {
        using var folder = new TemporaryFolder();
        WriteTest(folder, IdxBytes.Make([2, 28, 28], new byte[1568]), IdxBytes.Make([2], 3, 9), subfolder, ending);
        var set = Source.Load(DataPart.Test, folder.Path);
        Assert.Equal(2, set.Count);
        Assert.Equal([3, 9], [set.Label(0), set.Label(1)]);
        Assert.Equal(new Shape(28, 28, 1), set.SampleShape);
        Assert.Equal("mnist/test", set.Name);
    }

    [Fact]
    public void Load_CountsDiffer_NamesBothFiles()
    {
        var error = LoadBroken(IdxBytes.Make([2, 28, 28], new byte[1568]), IdxBytes.Make([3], 1, 2, 3));
        Assert.Contains("2 images", error.Message);
        Assert.Contains("3 labels", error.Message);
        Assert.Contains("t10k-images-idx3-ubyte", error.Message);
        Assert.Contains("t10k-labels-idx1-ubyte", error.Message);
    }

    [Fact]
    public void Load_LabelOutsideClasses_NamesSampleAndLabel()
    {
        var error = LoadBroken(IdxBytes.Make([2, 28, 28], new byte[1568]), IdxBytes.Make([2], 9, 10));
        Assert.Contains("sample 1 the label 10, expected 0 to 9", error.Message);
    }

    [Fact]
    public void Load_OtherImageSize_SaysWhichWasExpected()
    {
        var error = LoadBroken(IdxBytes.Make([1, 16, 16], new byte[256]), IdxBytes.Make([1], 9));
        Assert.Contains("images of 16x16, expected 28x28", error.Message);
    }

    [Fact]
    public void Load_MissingFile_NamesFolderFileAndWaysOut()
    {
        using var folder = new TemporaryFolder();
        foreach (var directory in new[] { folder.Path, folder.File("none") })
        {
            var error = Assert.Throws<DataException>(() => Source.Load(DataPart.Train, directory));
            foreach (var part in new[] { directory, "'train-images-idx3-ubyte'", "gpuquant data get mnist", "--data-dir" })
                Assert.Contains(part, error.Message);
        }
    }

    private static void AssertCounts(DataPart part, string name, int[] labels, int first)
    {
        var set = Source.Load(part, RealData.RequireMnist());
        Assert.Equal(name, set.Name);
        Assert.Equal(labels.Sum(), set.Count);
        Assert.Equal(labels, Enumerable.Range(0, 10).Select(digit => Enumerable.Range(0, set.Count).Count(i => set.Label(i) == digit)));
        Assert.Equal(first, set.Label(0));
    }

    private static DataException LoadBroken(byte[] images, byte[] labels)
    {
        using var folder = new TemporaryFolder();
        WriteTest(folder, images, labels, "mnist", "");
        return Assert.Throws<DataException>(() => Source.Load(DataPart.Test, folder.Path));
    }

    private static void WriteTest(TemporaryFolder folder, byte[] images, byte[] labels, string subfolder, string ending)
    {
        byte[] Pack(byte[] plain) => ending switch { ".gz" => IdxBytes.Gzip(plain), ".br" => IdxBytes.Brotli(plain), _ => plain };
        folder.Write(Path.Combine(subfolder, "t10k-images-idx3-ubyte" + ending), Pack(images));
        folder.Write(Path.Combine(subfolder, "t10k-labels-idx1-ubyte" + ending), Pack(labels));
    }
}
