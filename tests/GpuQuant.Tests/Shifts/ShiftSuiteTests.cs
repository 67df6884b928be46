using System.IO.Compression;
using GpuQuant.Data;
using GpuQuant.Experiments;
using GpuQuant.Numerics;
using GpuQuant.Shifts;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Shifts;

/// <summary>What a suite writes, its reader reads; its archive unpacks to where it is looked for.</summary>
public sealed class ShiftSuiteTests : IDisposable
{
    private const int Count = 5;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> All() => [.. Catalog.All<IShiftSuite>().Select(suite => suite.Name)];

    [Fact]
    public void Catalogue_HasBothSuites() =>
        Assert.Equal(["cifar10-c", "mnist-c"], Catalog.All<IShiftSuite>().Select(suite => suite.Name));

    [Theory]
    [MemberData(nameof(All))]
    public void Suite_BelongsToADataSetAndPinsItsFiles(string name)
    {
        var suite = Catalog.Get<IShiftSuite>("suite", name);
        Assert.Equal(suite.Name, Catalog.Get<IDataSource>("data set", suite.DataSet).Suite);
        Assert.All(suite.Files, file =>
        {
            Assert.Matches("^[0-9a-f]{64}$", file.Hash);
            Assert.All(file.Mirrors, mirror => Assert.Equal("https", mirror.Scheme));
            Assert.True(file.Size < suite.Limits.Bytes);
        });
        Assert.Null(suite.Find(_folder.Path));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Write_EverySeverity_IsReadBackAsPublished(string name)
    {
        var suite = Catalog.Get<IShiftSuite>("suite", name);
        var shift = Catalog.All<IShift>().First(shift => shift.Suite == name && shift.Severities == 5);
        var original = SmallImages.Random(Count, 32, 32, shift.AppliesTo(SmallImages.Random(1, 32, 32)) ? 1 : 3);
        var folder = _folder.File(suite.UnpackedFolder);
        var published = Enumerable.Range(1, 5).Where(severity => suite.Arrays(folder, shift, severity) is not null).ToArray();
        suite.Write(folder, shift.Name, DataPart.Test, [.. published.Select(severity => (severity, shift.Apply(original, severity, 0)))],
            Count, null, Stop);
        foreach (var severity in published)
        {
            var opened = new TestSetOpener(suite.DataSet, original, _folder.Path, TestSetCatalog.All)
                .Open(new TestSet("it", [new(shift.Name, severity)]));
            Assert.Equal("published", opened.Origin);
            Assert.Equal(shift.Apply(original, severity, 0).Samples(Count), opened.Load(null, Stop).Samples(Count));
        }
    }

    [Fact]
    public void Unpack_Archive_IsFoundAfterwards()
    {
        var suite = Catalog.Get<IShiftSuite>("suite", "mnist-c");
        Directory.CreateDirectory(_folder.File("mnist-c"));
        using (var zip = ZipFile.Open(_folder.File("mnist-c/mnist_c.zip"), ZipArchiveMode.Create))
        using (var entry = zip.CreateEntry("mnist_c/fog/test_images.npy").Open())
            entry.Write([1]);
        var folder = SuiteArchive.Unpack(suite, _folder.Path, null, Stop);
        Assert.Equal(folder, suite.Find(_folder.Path));
        Assert.True(File.Exists(Path.Combine(folder, "fog", "test_images.npy")));
        Assert.False(File.Exists(_folder.File("mnist-c/mnist_c.zip")));
    }

    [Fact]
    public void Unpack_UnsafeArchive_LeavesIt()
    {
        var suite = Catalog.Get<IShiftSuite>("suite", "mnist-c");
        Directory.CreateDirectory(_folder.File("mnist-c"));
        using (var zip = ZipFile.Open(_folder.File("mnist-c/mnist_c.zip"), ZipArchiveMode.Create))
            zip.CreateEntry("../evil");
        Assert.Throws<DataException>(() => SuiteArchive.Unpack(suite, _folder.Path, null, Stop));
        Assert.Equal([_folder.File("mnist-c/mnist_c.zip")], Directory.GetFileSystemEntries(_folder.File("mnist-c")));
    }
}
