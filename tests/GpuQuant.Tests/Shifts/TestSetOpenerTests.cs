using GpuQuant.Data;
using GpuQuant.Data.Downloads;
using GpuQuant.Data.Drawn;
using GpuQuant.Experiments;
using GpuQuant.Numerics;
using GpuQuant.Shifts;
using GpuQuant.Shifts.Cifar10C;
using GpuQuant.Shifts.MnistC;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Shifts;

/// <summary>Where a test set comes from: itself, published files, our own code, elsewhere.</summary>
public sealed class TestSetOpenerTests : IDisposable
{
    private const int Count = 6;
    private static readonly ImageDataset Grey = Labelled(28, 1), Colour = Labelled(32, 3);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("mnist_c")]
    [InlineData("mnist-c/mnist_c")]
    public void Open_PublishedMnistC_ReadsIt(string folder)
    {
        var bytes = WriteMnistC(folder, "rotate", Tensor.From<long>([0, 1, 2, 3, 4, 5], new Shape(Count)));
        var opened = Open("mnist", Grey, "rotate");
        Assert.Equal(("rotate", "published"), (opened.Name, opened.Origin));
        Assert.Equal(bytes, opened.Load(null, Stop).Samples(Count));
        Assert.Equal("published", Open("mnist", Grey, "rotate:2").Origin);
        // MNIST-C has one severity, is of mnist alone, and holds nothing that was shifted twice.
        Assert.Equal("generated", Open("mnist", Grey, "rotate:3").Origin);
        Assert.Equal("generated", Open("glyphs", Grey, "rotate").Origin);
        Assert.Equal("generated", Open("mnist", Grey, "rotate+identity").Origin);
        Assert.Equal("generated", Open("mnist", Grey, "shear").Origin);
        Assert.Equal(bytes[..(2 * 784)], Open("mnist", Grey, "rotate", samples: 2).Load(null, Stop).Samples(2));
    }

    [Theory]
    [InlineData(DType.UInt8)]
    [InlineData(DType.Int32)]
    [InlineData(DType.Int64)]
    public void Open_PublishedLabelsOfAnyIntegers_AreRead(DType type)
    {
        WriteMnistC("mnist_c", "rotate", type switch
        {
            DType.UInt8 => Tensor.From<byte>([0, 1, 2, 3, 4, 5], new Shape(Count)),
            DType.Int32 => Tensor.From<int>([0, 1, 2, 3, 4, 5], new Shape(Count)),
            _ => Tensor.From<long>([0, 1, 2, 3, 4, 5], new Shape(Count)),
        });
        Assert.Equal(5, Open("mnist", Grey, "rotate").Load(null, Stop).Label(5));
    }

    [Theory]
    [InlineData(".gz")]
    [InlineData(".br")]
    public void Open_CompressedPublishedFiles_ReadsThem(string ending)
    {
        var bytes = WriteMnistC("mnist_c", "rotate", Tensor.From<long>([0, 1, 2, 3, 4, 5], new Shape(Count)));
        WriteCifar10C("frost", Count * 5);
        foreach (var path in Directory.GetFiles(_folder.Path, "*.npy", SearchOption.AllDirectories))
        {
            var plain = File.ReadAllBytes(path);
            File.WriteAllBytes(path + ending, ending == ".gz" ? IdxBytes.Gzip(plain) : IdxBytes.Brotli(plain));
            File.Delete(path);
        }
        var (rotate, frost) = (Open("mnist", Grey, "rotate"), Open("cifar10", Colour, "frost:4"));
        Assert.Equal(("published", "published"), (rotate.Origin, frost.Origin));
        Assert.Equal(bytes, rotate.Load(null, Stop).Samples(Count));
        Assert.All(frost.Load(null, Stop).Samples(Count), value => Assert.Equal(40, value));
    }

    /// <summary>Block k of the array is filled with the byte 10 k: severity 4 reads 40.</summary>
    [Fact]
    public void Open_PublishedCifar10C_ReadsTheBlockOfTheSeverity()
    {
        WriteCifar10C("frost", Count * 5);
        foreach (var severity in new[] { 1, 4, 5 })
        {
            var opened = Open("cifar10", Colour, $"frost:{severity}");
            Assert.Equal("published", opened.Origin);
            Assert.All(opened.Load(null, Stop).Samples(Count), value => Assert.Equal(10 * severity, value));
        }
        Assert.Equal("published", Open("cifar10", Colour, "frost").Origin);
        Assert.Equal("generated with own pictures", Open("shapes", Colour, "frost").Origin);
    }

    public static TheoryData<string, string> Faults => new()
    {
        { "other label", "gives sample 2 the label 9, and random gives it 2" },
        { "float labels", "labels of Float32, expected whole numbers" },
        { "few labels", "has the shape 5, expected 6 labels" },
        { "few images", "holds UInt8 of 5x28x28x1, expected UInt8 of 6x28x28x1" },
        { "other size", "holds UInt8 of 6x14x14x1" },
        { "no labels", "cannot be read" },
        { "cut", "bytes of data where its header" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Load_PublishedFilesThatDoNotFit_IsADataException(string fault, string sentence)
    {
        WriteMnistC("mnist_c", "rotate", fault switch
        {
            "other label" => Tensor.From<long>([0, 1, 9, 3, 4, 5], new Shape(Count)),
            "float labels" => Tensor.From<float>([0, 1, 2, 3, 4, 5], new Shape(Count)),
            "few labels" => Tensor.From<long>([0, 1, 2, 3, 4], new Shape(5)),
            _ => Tensor.From<long>([0, 1, 2, 3, 4, 5], new Shape(Count)),
        }, fault switch { "few images" => new Shape(5, 28, 28, 1), "other size" => new Shape(6, 14, 14, 1), _ => null });
        if (fault == "no labels")
            File.Delete(_folder.File("mnist_c/rotate/test_labels.npy"));
        if (fault == "cut")
            File.WriteAllBytes(_folder.File("mnist_c/rotate/test_images.npy"),
                File.ReadAllBytes(_folder.File("mnist_c/rotate/test_images.npy"))[..^1]);
        var error = Assert.Throws<DataException>(() => Open("mnist", Grey, "rotate").Load(null, Stop));
        Assert.Contains(sentence, error.Message);
    }

    [Fact]
    public void Load_Generated_IsKeptUnderWhatDecidesIt()
    {
        var cache = new ShiftCache(_folder.File("cache"), Assert.Fail);
        var expected = new RotateShift().Apply(Grey, 2, TestSet.Seed).Samples(Count);
        Assert.Equal(expected, Open("mnist", Grey, "rotate", cache).Load(null, Stop).Samples(Count));
        Assert.Equal(1, Kept());
        // The same steps again, with the severity spelled out or for a set of another name: found.
        Open("mnist", Grey, "rotate:2", cache).Load(null, Stop);
        Assert.Equal(1, Kept());
        // Another severity, chain, number of samples, or original: kept apart.
        Open("mnist", Grey, "rotate:3", cache).Load(null, Stop);
        Open("mnist", Grey, "rotate+rotate", cache).Load(null, Stop);
        Open("mnist", Grey, "rotate", cache, samples: 3).Load(null, Stop);
        Open("mnist", SmallImages.Random(Count, 28, 28, seed: 2), "rotate", cache).Load(null, Stop);
        Assert.Equal(5, Kept());
        Assert.Equal(expected, Open("mnist", Grey, "rotate", cache).Load((_, _) => Assert.Fail("computed"), Stop).Samples(Count));

        int Kept() => Directory.GetFiles(_folder.File("cache"), "*.npy").Length;
    }

    [Fact]
    public void Open_RaisedVersion_IsKeptApart()
    {
        var cache = new ShiftCache(_folder.File("cache"), Assert.Fail);
        foreach (var version in new[] { 1, 2, 2 })
        {
            var known = new KnownTestSets([new Versioned(version)], [], []);
            var opener = new TestSetOpener("mnist", Grey, "", known) { Cache = cache };
            var set = opener.Open(TestSet.Parse("versioned", known)).Load(null, Stop);
            Assert.All(set.Samples(Count), value => Assert.Equal(version, value));
        }
        Assert.Equal(2, Directory.GetFiles(_folder.File("cache"), "*.npy").Length);
    }

    [Fact]
    public void Open_Natural_BelongsToItsDataSet()
    {
        var known = new KnownTestSets(Catalog.All<IShift>(), [new Natural("usps", "mnist", Labelled(28, 1))], []);
        var opened = new TestSetOpener("mnist", Grey, "", known) { Samples = 2 }.Open(TestSet.Parse("usps", known));
        Assert.Equal(("usps", "natural", 2), (opened.Name, opened.Origin, opened.Load(null, Stop).Count));
        var error = Assert.Throws<UsageException>(() => new TestSetOpener("glyphs", Grey, "", known).Open(TestSet.Parse("usps", known)));
        Assert.Equal("The test set 'usps' does not belong to glyphs, but to mnist.", error.Message);
        Assert.Contains("'usps+rotate'", Assert.Throws<UsageException>(() => TestSet.Parse("usps+rotate", known)).Message);
        var wrong = new KnownTestSets([], [new Natural("usps", "mnist", Labelled(16, 1))], []);
        var unfit = new TestSetOpener("mnist", Grey, "", wrong).Open(TestSet.Parse("usps", wrong));
        Assert.Contains("does not fit", Assert.Throws<DataException>(() => unfit.Load(null, Stop)).Message);
    }

    [Fact]
    public void Open_FrostPicturesInTheDataFolder_AreNamed()
    {
        var (folder, known) = (RealData.Require(new Cifar10Source()), TestSetCatalog.All);
        Assert.SkipUnless(Directory.Exists(Path.Combine(folder, "frost")), "The frost pictures are not here.");
        var opener = new TestSetOpener("shapes", Colour, folder, known);
        Assert.Equal("generated with published pictures", opener.Open(TestSet.Parse("frost:3", known)).Origin);
    }

    [Fact]
    public void Of_DataSet_IsTheStudysList()
    {
        var known = TestSetCatalog.All with { Naturals = [new Natural("cr", "imdb", Grey), new Natural("usps", "mnist", Grey)] };
        var mnist = known.Shifts.Where(shift => shift.Suite == "mnist-c").Select(shift => shift.Name).Prepend("original").ToArray();
        Assert.Equal(mnist, known.Of(new MnistSource()));
        Assert.Equal(mnist, known.Of(new GlyphsSource()));
        Assert.Equal(known.Of(new Cifar10Source()), known.Of(new ShapesSource()));
        Assert.All(known.Of(new Cifar10Source()).Skip(1), name => known.Shifts.For(name, Colour));
        Assert.Equal(["original", "cr"], known.Of(new NoSuite()));
    }

    private OpenedTestSet Open(string dataSet, IDataset original, string name, ShiftCache? cache = null, int? samples = null) =>
        new TestSetOpener(dataSet, original, _folder.Path, TestSetCatalog.All) { Cache = cache, Samples = samples }
            .Open(TestSet.Parse(name, TestSetCatalog.All));

    private static ImageDataset Labelled(int side, int channels) => new(
        "random", SmallImages.Random(Count, side, side, channels).Samples(Count), [0, 1, 2, 3, 4, 5], new(side, side, channels), 10);

    private byte[] WriteMnistC(string folder, string shift, Tensor labels, Shape? shape = null)
    {
        var images = new Tensor(DType.UInt8, shape ?? new Shape(Count, 28, 28, 1));
        for (var i = 0; i < images.Bytes.Length; i++)
            images.Bytes[i] = (byte)(i * 7);
        NpyFile.Write(_folder.File($"{folder}/{shift}/test_images.npy"), images);
        NpyFile.Write(_folder.File($"{folder}/{shift}/test_labels.npy"), labels);
        return images.Bytes.ToArray();
    }

    private void WriteCifar10C(string shift, int count)
    {
        var images = new Tensor(DType.UInt8, new Shape(count, 32, 32, 3));
        for (var severity = 1; severity <= 5; severity++)
            images.Bytes.Slice((severity - 1) * Count * 3072, Count * 3072).Fill((byte)(10 * severity));
        NpyFile.Write(_folder.File($"CIFAR-10-C/{shift}.npy"), images);
        NpyFile.Write(_folder.File("CIFAR-10-C/labels.npy"),
            Tensor.From<byte>([.. Enumerable.Range(0, count).Select(i => (byte)(i % Count))], new Shape(count)));
    }

    private sealed class Natural(string name, string dataSet, IDataset set) : INaturalTestSet
    {
        public string Name => name;

        public string Description => "";

        public string DataSet => dataSet;

        public IReadOnlyList<RemoteFile> Files => [];

        public IDataset Load(string dataDirectory) => set;
    }

    private sealed class NoSuite : IDataSource
    {
        public string Name => "imdb";

        public string Description => "";

        public IReadOnlyList<RemoteFile> Files => [];

        public Preprocessing Preprocessing => Preprocessing.UnitRange;

        public IDataset Load(DataPart part, string dataDirectory) => Grey;
    }

    /// <summary>Fills every image with its version.</summary>
    private sealed class Versioned(int version) : ImageShift("mnist-c", 1, "grey images")
    {
        public override string Name => "versioned";

        public override int DefaultSeverity => 1;

        public override int Version => version;

        protected override Corruption Prepare(int severity, ShiftParameters given, Shape shape) =>
            (ReadOnlySpan<byte> _, ref RandomStream _, Span<byte> result) => result.Fill((byte)version);
    }
}
