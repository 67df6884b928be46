using System.Formats.Tar;
using System.Security.Cryptography;
using GpuQuant.Data;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data;

public class Cifar10SourceTests
{
    private const int Record = 3073;
    private static readonly Cifar10Source Source = new();

    [Theory]
    [InlineData("", "")]
    [InlineData("cifar10", ".br")]
    [InlineData("cifar10", ".gz")]
    [InlineData("cifar-10-batches-bin", "")]
    [InlineData("cifar10/cifar-10-batches-bin", "")]
    public void Load_FilesInAnyOfTheFolders_AreFound(string subfolder, string ending)
    {
        using var folder = new TemporaryFolder();
        Assert.False(((IDataSource)Source).IsPresent(folder.Path));
        WriteAll(folder, subfolder, ending);
        Assert.True(((IDataSource)Source).IsPresent(folder.Path));
        AssertSamples(folder.Path);
    }

    [Fact]
    public void Load_FromTheArchive_ReadsTheSame()
    {
        using var folder = new TemporaryFolder();
        WriteArchive(folder, 6);
        Assert.True(((IDataSource)Source).IsPresent(folder.Path));
        AssertSamples(folder.Path);
    }

    [Fact]
    public void Load_ArchiveWithoutAFile_NamesBoth()
    {
        using var folder = new TemporaryFolder();
        WriteArchive(folder, 4);
        var error = Assert.Throws<DataException>(() => Source.Load(DataPart.Train, folder.Path));
        Assert.Contains("cifar-10-binary.tar.gz' has no file 'data_batch_5.bin'", error.Message);
    }

    [Fact]
    public void Load_DamagedArchive_IsADataError()
    {
        using var folder = new TemporaryFolder();
        folder.Write("cifar-10-binary.tar.gz", IdxBytes.Gzip([.. Enumerable.Repeat((byte)7, 2000)]));
        Assert.Contains("cannot be read", Assert.Throws<DataException>(() => Source.Load(DataPart.Test, folder.Path)).Message);
        folder.Write("cifar-10-binary.tar.gz", [1, 2, 3]);
        Assert.Contains("cannot be read", Assert.Throws<DataException>(() => Source.Load(DataPart.Test, folder.Path)).Message);
    }

    [Fact]
    public void Load_PlanesOfARecord_BecomePixels()
    {
        using var folder = new TemporaryFolder();
        byte[] record = [6, .. Enumerable.Range(0, 3072).Select(i => (byte)(i / 1024 * 60 + i % 51))];
        folder.Write("test_batch.bin", record);
        var image = Source.Load(DataPart.Test, folder.Path).Sample(0);
        for (var pixel = 0; pixel < 1024; pixel++)
            for (var channel = 0; channel < 3; channel++)
                Assert.Equal(record[1 + channel * 1024 + pixel], image[pixel * 3 + channel]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3072)]
    [InlineData(3074)]
    [InlineData(10000)]
    public void Load_OtherLength_SaysWhatWasExpected(int length)
    {
        var error = LoadBroken(new byte[length]);
        Assert.Contains($"test_batch.bin' holds {length} bytes, expected records of 3073 bytes", error.Message);
        Assert.Contains("gpuquant data get cifar10", error.Message);
    }

    [Fact]
    public void Load_LabelOutsideClasses_NamesFileSampleAndLabel() =>
        Assert.Contains("test_batch.bin' gives sample 1 the label 10, expected 0 to 9", LoadBroken([.. Batch(9), .. Batch(10)]).Message);

    [Fact]
    public void Load_TruncatedCompressedFile_IsADataError()
    {
        using var folder = new TemporaryFolder();
        folder.Write("test_batch.bin.gz", [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff, 0xff, 0xff]);
        Assert.Contains("test_batch.bin.gz", Assert.Throws<DataException>(() => Source.Load(DataPart.Test, folder.Path)).Message);
    }

    [Fact]
    public void Load_OneTrainingFileMissing_NamesIt()
    {
        using var folder = new TemporaryFolder();
        foreach (var i in new[] { 1, 2, 4, 5 })
            folder.Write($"cifar10/data_batch_{i}.bin", Batch(i));
        Assert.Contains("'data_batch_3.bin'", Assert.Throws<DataException>(() => Source.Load(DataPart.Train, folder.Path)).Message);
    }

    [Fact]
    public void Load_RealSets_HaveThePublishedLabelsAndPixels()
    {
        var folder = RealData.Require(Source);
        var (train, test) = (Source.Load(DataPart.Train, folder), Source.Load(DataPart.Test, folder));
        Assert.Equal((50_000, 10_000), (train.Count, test.Count));
        Assert.Equal([6, 9, 9, 4, 1, 1, 2, 7, 8, 3], Enumerable.Range(0, 10).Select(train.Label));
        Assert.Equal([3, 8, 8, 0, 6, 6, 1, 6, 3, 1], Enumerable.Range(0, 10).Select(test.Label));
        Assert.All(Enumerable.Range(0, 50_000).CountBy(train.Label), entry => Assert.Equal(5000, entry.Value));
        Assert.All(Enumerable.Range(0, 10_000).CountBy(test.Label), entry => Assert.Equal(1000, entry.Value));
        // The first file put together again from the pixels has the published checksum.
        Assert.Equal("cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5", HashOfFirst(train, 10_000));
        Assert.Equal("8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b", HashOfFirst(test, 10_000));
    }

    [Fact]
    public void PreprocessingFor_RealTrainingSet_SubtractsTheKnownMean()
    {
        IDataSource source = Source;
        var mean = source.PreprocessingFor(source.Load(DataPart.Train, RealData.Require(source))).Mean!;
        // The channels' means that everybody uses: 125.3, 123.0, 113.9 of 255.
        foreach (var (channel, expected) in new[] { (0, 125.3), (1, 123.0), (2, 113.9) })
            Assert.Equal(expected, 255 * mean.Where((_, i) => i % 3 == channel).Average(v => (double)v), 0.05);
    }

    private static string HashOfFirst(IDataset set, int count)
    {
        var file = new byte[count * Record];
        for (var n = 0; n < count; n++)
        {
            var sample = set.Sample(n);
            file[n * Record] = (byte)set.Label(n);
            for (var i = 0; i < 3072; i++)
                file[n * Record + 1 + i % 3 * 1024 + i / 3] = sample[i];
        }
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static void AssertSamples(string folder)
    {
        var (train, test) = (Source.Load(DataPart.Train, folder), Source.Load(DataPart.Test, folder));
        Assert.Equal(("cifar10/train", "cifar10/test"), (train.Name, test.Name));
        Assert.Equal([1, 2, 3, 4, 5], Enumerable.Range(0, 5).Select(train.Label));
        Assert.Equal([6], Enumerable.Range(0, test.Count).Select(test.Label));
        Assert.Equal(new Shape(32, 32, 3), train.SampleShape);
        Assert.All(train.Sample(3), value => Assert.Equal(40, value));
    }

    private static byte[] Batch(int label) => [(byte)label, .. Enumerable.Repeat((byte)(10 * label), Record - 1)];

    private static DataException LoadBroken(byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        folder.Write("cifar10/test_batch.bin", bytes);
        return Assert.Throws<DataException>(() => Source.Load(DataPart.Test, folder.Path));
    }

    private static IEnumerable<(string Name, byte[] Bytes)> AllFiles() =>
        Enumerable.Range(1, 6).Select(i => (i == 6 ? "test_batch.bin" : $"data_batch_{i}.bin", Batch(i)));

    private static void WriteAll(TemporaryFolder folder, string subfolder, string ending)
    {
        foreach (var (name, bytes) in AllFiles())
            folder.Write(Path.Combine(subfolder, name + ending),
                ending switch { ".gz" => IdxBytes.Gzip(bytes), ".br" => IdxBytes.Brotli(bytes), _ => bytes });
    }

    private static void WriteArchive(TemporaryFolder folder, int files)
    {
        using var plain = new MemoryStream();
        using (var tar = new TarWriter(plain, leaveOpen: true))
            foreach (var (name, bytes) in AllFiles().Take(files))
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "cifar-10-batches-bin/" + name)
                {
                    DataStream = new MemoryStream(bytes),
                });
        folder.Write("cifar10/cifar-10-binary.tar.gz", IdxBytes.Gzip(plain.ToArray()));
    }
}
