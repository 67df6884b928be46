using GpuQuant.Data;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;
using SkiaSharp;

namespace GpuQuant.Tests.Data;

public sealed class IWildCamSourceTests : IDisposable
{
    private static readonly IDataSource Source = new IWildCamSource();
    private static readonly INaturalTestSet Ood = new IWildCamOodTestSet();
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("iwildcam_v2.0")]
    [InlineData("iwildcam")]
    [InlineData(".")]
    public void Load_Splits_AreTheParts(string subfolder)
    {
        Assert.False(Source.IsPresent(_folder.Path) || Ood.IsPresent(_folder.Path));
        IWildCamBytes.Write(_folder, subfolder);
        Assert.True(Source.IsPresent(_folder.Path) && Ood.IsPresent(_folder.Path));
        AssertSet("iwildcam/train", Source.Load(DataPart.Train, _folder.Path), (7, 1), (0, 2));
        AssertSet("iwildcam/test", Source.Load(DataPart.Test, _folder.Path), (3, 1));
        AssertSet("iwildcam/ood", Ood.Load(_folder.Path), (181, 9));
    }

    [Fact]
    public void Load_CompressedMetadata_IsRead()
    {
        IWildCamBytes.Write(_folder);
        var path = _folder.File("iwildcam_v2.0/metadata.csv");
        _folder.Write("iwildcam_v2.0/metadata.csv.gz", IdxBytes.Gzip(File.ReadAllBytes(path)));
        File.Delete(path);
        Assert.Equal(2, Source.Load(DataPart.Train, _folder.Path).Count);
    }

    [Fact]
    public void Read_PlainPicture_IsThatColourEverywhere()
    {
        IWildCamBytes.Write(_folder);
        var sample = Source.Load(DataPart.Train, _folder.Path).Sample(0);
        Assert.Equal(448 * 448 * 3, sample.Length);
        // JPEG keeps a colour to about a grey level.
        Assert.InRange(sample.Index().Max(value => Math.Abs(value.Item - (value.Index % 3) switch { 0 => 200, 1 => 30, _ => 60 })), 0, 2);
    }

    /// <summary>Larger and smaller pictures: decoded whole, then resized by our own code.</summary>
    [Fact]
    public void Read_AnyPicture_IsTheResizedWhole()
    {
        IWildCamBytes.Write(_folder);
        foreach (var (part, index, file, size) in new[] { (DataPart.Train, 1, "c.jpg", (450, 600)), (DataPart.Test, 0, "d.jpg", (70, 90)) })
        {
            var expected = new byte[448 * 448 * 3];
            var decoded = IWildCamBytes.Decode(_folder.File($"iwildcam_v2.0/train/{file}"));
            BilinearResize.Apply(decoded, size, 3, expected, (448, 448), 3);
            Assert.True(Source.Load(part, _folder.Path).Sample(index).AsSpan().SequenceEqual(expected), file);
        }
    }

    [Fact]
    public void Read_AheadAndFromManyThreads_GivesTheSameBytes()
    {
        IWildCamBytes.Write(_folder);
        var set = Source.Load(DataPart.Train, _folder.Path);
        var expected = new[] { set.Sample(0), set.Sample(1) };
        set.Prefetch([1, 0]);
        Parallel.For(0, 8, i => Assert.True(set.Sample(i % 2).AsSpan().SequenceEqual(expected[i % 2])));
    }

    public static TheoryData<string, string> BadRows() => new()
    {
        { IWildCamBytes.Row("train", 5, "none.jpg", 1), "record 2, line 3, names the picture 'none.jpg', which is not in '" },
        { IWildCamBytes.Row("train", 5, "../metadata.csv", 1), "names the picture '../metadata.csv', which is not in '" },
        { IWildCamBytes.Row("train", 182, "a.jpg", 1), "record 2, line 3, has y '182', expected a whole number from 0 to 181" },
        { IWildCamBytes.Row("val", -1, "a.jpg", 1), "has y '-1', expected a whole number from 0 to 181" },
        { IWildCamBytes.Row("train", "deer", "a.jpg", 1), "has y 'deer', expected" },
        { IWildCamBytes.Row("train", 1, "a.jpg", "here"), "has location_remapped 'here', expected" },
        { IWildCamBytes.Row("Train", 1, "a.jpg", 1), "has the split 'Train', expected one of train, val, test, id_val, id_test" },
        { "1,train", "has 2 field(s), expected 11" },
    };

    [Theory]
    [MemberData(nameof(BadRows))]
    public void Load_WrongRow_NamesFileAndRow(string row, string expected)
    {
        IWildCamBytes.Write(_folder);
        _folder.Write("iwildcam_v2.0/metadata.csv", IWildCamBytes.Metadata(IWildCamBytes.Row("train", 0, "a.jpg", 1), row));
        var error = Assert.Throws<DataException>(() => Source.Load(DataPart.Train, _folder.Path));
        Assert.Contains(expected, error.Message);
        Assert.Contains("metadata.csv'", error.Message);
    }

    [Theory]
    [InlineData("y", "has no column 'y'")]
    [InlineData("filename", "has no column 'filename'")]
    [InlineData("split", "has no column 'split'")]
    public void Load_MissingColumn_NamesIt(string column, string expected)
    {
        IWildCamBytes.Write(_folder);
        var path = _folder.File("iwildcam_v2.0/metadata.csv");
        File.WriteAllText(path, File.ReadAllText(path).Replace($",{column},", ",renamed,", StringComparison.Ordinal));
        Assert.Contains(expected, Assert.Throws<DataException>(() => Source.Load(DataPart.Train, _folder.Path)).Message);
    }

    [Fact]
    public void Load_SplitWithoutRows_SaysSo()
    {
        IWildCamBytes.Write(_folder);
        _folder.Write("iwildcam_v2.0/metadata.csv", IWildCamBytes.Metadata(IWildCamBytes.Row("train", 0, "a.jpg", 1)));
        Assert.Contains("has no row of the split test", Assert.Throws<DataException>(() => Ood.Load(_folder.Path)).Message);
    }

    [Fact]
    public void Load_WithoutTheFolder_SaysWhereToGetIt()
    {
        var error = Assert.Throws<DataException>(() => Source.Load(DataPart.Train, _folder.Path));
        Assert.Contains("https://wilds.stanford.edu", error.Message);
    }

    [Theory]
    [InlineData("text", "is no JPEG picture")]
    [InlineData("png", "is no JPEG picture (Png)")]
    [InlineData("truncated", "is a damaged JPEG picture (IncompleteInput)")]
    [InlineData("removed", "is missing")]
    public void Read_NoJpeg_NamesFileAndRow(string kind, string expected)
    {
        IWildCamBytes.Write(_folder);
        var set = Source.Load(DataPart.Train, _folder.Path);
        var path = _folder.File("iwildcam_v2.0/train/c.jpg");
        File.WriteAllBytes(path, kind switch
        {
            "text" => "<html>not found</html>"u8.ToArray(),
            "png" => IWildCamBytes.Gradient(50, 50, SKEncodedImageFormat.Png),
            _ => File.ReadAllBytes(path)[..3000],
        });
        if (kind == "removed")
            File.Delete(path);
        foreach (var ahead in new[] { false, true })
        {
            if (ahead)
                set.Prefetch([1]);
            var error = Assert.Throws<DataException>(() => set.Sample(1));
            foreach (var part in new[] { expected, $"'{path}'", "record 3 of '", "metadata.csv'" })
                Assert.Contains(part, error.Message);
        }
    }

    private static void AssertSet(string name, IDataset set, params (int Label, int Location)[] samples)
    {
        Assert.Equal((name, samples.Length, 182, new Shape(448, 448, 3)), (set.Name, set.Count, set.Classes, set.SampleShape));
        var located = Assert.IsType<ILocatedDataset>(set, exactMatch: false);
        Assert.Equal(samples, Enumerable.Range(0, set.Count).Select(i => (set.Label(i), located.Location(i))));
    }
}
