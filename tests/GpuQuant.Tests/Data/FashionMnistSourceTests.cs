using GpuQuant.Data;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data;

public class FashionMnistSourceTests
{
    private static readonly IDataSource Source = new FashionMnistSource();
    private static readonly INaturalTestSet TestSet = new FashionMnistTestSet();

    [Fact]
    public void Load_BothPartsAndTheTestSet_ReadTheirFiles()
    {
        using var folder = new TemporaryFolder();
        Write(folder, "fashion_mnist/train", ".gz", 1, 2, 3);
        Assert.False(Source.IsPresent(folder.Path) || TestSet.IsPresent(folder.Path));
        Write(folder, "fashion_mnist/t10k", "", 9, 8);
        Assert.True(Source.IsPresent(folder.Path) && TestSet.IsPresent(folder.Path));
        AssertSet("fashion_mnist/train", Source.Load(DataPart.Train, folder.Path), 1, 2, 3);
        AssertSet("fashion_mnist/test", Source.Load(DataPart.Test, folder.Path), 9, 8);
        AssertSet("fashion_mnist/test", TestSet.Load(folder.Path), 9, 8);
        Assert.Equal("mnist", TestSet.DataSet);
    }

    /// <summary>MNIST's files have the same names: those of the data folder or of its subfolder mnist must not pass for clothes.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("mnist/")]
    public void Load_WhereOnlyMnistLies_IsADataError(string subfolder)
    {
        using var folder = new TemporaryFolder();
        Write(folder, subfolder + "train", "", 1);
        Write(folder, subfolder + "t10k", "", 1);
        Assert.True(((IDataSource)new MnistSource()).IsPresent(folder.Path));
        Assert.False(Source.IsPresent(folder.Path) || TestSet.IsPresent(folder.Path));
        Assert.Throws<DataException>(() => TestSet.Load(folder.Path));
        var error = Assert.Throws<DataException>(() => Source.Load(DataPart.Train, folder.Path));
        Assert.Contains("'train-images-idx3-ubyte' (plain, .gz or .br), which fashion_mnist is read from", error.Message);
        Assert.Contains("gpuquant data get fashion_mnist", error.Message);
    }

    private static void AssertSet(string name, IDataset set, params byte[] labels)
    {
        Assert.Equal((name, labels.Length, new Shape(28, 28, 1), 10), (set.Name, set.Count, set.SampleShape, set.Classes));
        for (var i = 0; i < labels.Length; i++)
        {
            Assert.Equal(labels[i], set.Label(i));
            Assert.Equal(Enumerable.Repeat(labels[i], 784), set.Sample(i));
        }
    }

    private static void Write(TemporaryFolder folder, string prefix, string ending, params byte[] labels)
    {
        byte[] Pack(byte[] plain) => ending == ".gz" ? IdxBytes.Gzip(plain) : plain;
        var pixels = labels.SelectMany(label => Enumerable.Repeat(label, 784)).ToArray();
        folder.Write($"{prefix}-images-idx3-ubyte{ending}", Pack(IdxBytes.Make([labels.Length, 28, 28], pixels)));
        folder.Write($"{prefix}-labels-idx1-ubyte{ending}", Pack(IdxBytes.Make([labels.Length], labels)));
    }
}
