using GpuQuant.Data;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data;

public class Cifar101TestSetTests
{
    private static readonly INaturalTestSet Set = new Cifar101TestSet();
    private static readonly Tensor Two = Labels(DType.Int32, 1, 2);

    [Theory]
    [InlineData("cifar10.1/", "v6", DType.Int32)]
    [InlineData("", "v4", DType.Int64)]
    [InlineData("cifar10.1/", "v4", DType.UInt8)]
    public void Load_Files_GivesImagesAndLabels(string subfolder, string version, DType labelType)
    {
        using var folder = new TemporaryFolder();
        Assert.False(Set.IsPresent(folder.Path));
        Write(folder, subfolder, version, Images(2), Labels(labelType, 9, 0));
        Assert.True(Set.IsPresent(folder.Path));
        var set = Set.Load(folder.Path);
        Assert.Equal(("cifar10.1/test", 2, new Shape(32, 32, 3), 10), (set.Name, set.Count, set.SampleShape, set.Classes));
        Assert.Equal([9, 0], [set.Label(0), set.Label(1)]);
        Assert.Equal(Images(2).Bytes[3072..].ToArray(), set.Sample(1));
    }

    [Fact]
    public void Load_CompressedFiles_ReadsThem()
    {
        using var folder = new TemporaryFolder();
        Write(folder, "", "v6", Images(2), Two);
        foreach (var path in Directory.GetFiles(folder.Path))
        {
            File.WriteAllBytes(path + ".gz", IdxBytes.Gzip(File.ReadAllBytes(path)));
            File.Delete(path);
        }
        Assert.Equal(Images(2).Bytes[3072..].ToArray(), Set.Load(folder.Path).Sample(1));
    }

    [Fact]
    public void Load_BothVersions_TakesV6()
    {
        using var folder = new TemporaryFolder();
        Write(folder, "", "v6", Images(2), Labels(DType.Int32, 1, 2));
        Write(folder, "cifar10.1/", "v4", Images(3), Labels(DType.Int32, 1, 2, 3));
        Assert.Equal(2, Set.Load(folder.Path).Count);
    }

    public static TheoryData<Tensor, Tensor, string> BadFiles() => new()
    {
        { new Tensor(DType.Float32, new Shape(2, 32, 32, 3)), Two, "holds Float32 of 2x32x32x3, expected UInt8 of COUNTx32x32x3" },
        { new Tensor(DType.UInt8, new Shape(2, 3, 32, 32)), Two, "holds UInt8 of 2x3x32x32, expected UInt8 of COUNTx32x32x3" },
        { new Tensor(DType.UInt8, new Shape(6144)), Two, "holds UInt8 of 6144, expected UInt8 of COUNTx32x32x3" },
        { new Tensor(DType.UInt8, new Shape()), Two, "holds UInt8 of scalar, expected" },
        { Images(2), Labels(DType.Int32, 1), "holds labels of shape 1, expected 2 of them" },
        { Images(2), new Tensor(DType.Int32, new Shape(2, 1)), "holds labels of shape 2x1, expected 2 of them" },
        { Images(2), new Tensor(DType.Float32, new Shape(2)), "holds labels of Float32, expected whole numbers" },
        { Images(2), Labels(DType.Int64, 0, 10), "gives sample 1 the label 10, expected 0 to 9" },
        { Images(2), Labels(DType.Int32, -1, 10), "gives sample 0 the label -1, expected 0 to 9" },
        // A cast to bytes would make 0 of it.
        { Images(2), Labels(DType.Int64, 1, 256), "gives sample 1 the label 256, expected 0 to 9" },
    };

    [Theory]
    [MemberData(nameof(BadFiles))]
    public void Load_OtherTypeOrShape_SaysWhatWasExpected(Tensor images, Tensor labels, string expected)
    {
        using var folder = new TemporaryFolder();
        Write(folder, "", "v6", images, labels);
        Assert.Contains(expected, Assert.Throws<DataException>(() => Set.Load(folder.Path)).Message);
    }

    [Fact]
    public void Load_WithoutFiles_SaysWhereToGetThem()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("https://github.com/modestyachts/CIFAR-10.1", Assert.Throws<DataException>(() => Set.Load(folder.Path)).Message);
    }

    private static Tensor Images(int count) =>
        Tensor.From<byte>([.. Enumerable.Range(0, count * 3072).Select(i => (byte)(i * 11))], new Shape(count, 32, 32, 3));

    private static Tensor Labels(DType type, params long[] labels) => type switch
    {
        DType.UInt8 => Tensor.From<byte>(Array.ConvertAll(labels, label => (byte)label), new Shape(labels.Length)),
        DType.Int32 => Tensor.From<int>(Array.ConvertAll(labels, label => (int)label), new Shape(labels.Length)),
        _ => Tensor.From<long>(labels, new Shape(labels.Length)),
    };

    private static void Write(TemporaryFolder folder, string subfolder, string version, Tensor images, Tensor labels)
    {
        NpyFile.Write(folder.File($"{subfolder}cifar10.1_{version}_data.npy"), images);
        NpyFile.Write(folder.File($"{subfolder}cifar10.1_{version}_labels.npy"), labels);
    }
}
