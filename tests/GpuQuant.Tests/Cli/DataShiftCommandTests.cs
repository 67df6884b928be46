using System.CommandLine;
using GpuQuant.Cli;
using GpuQuant.Data;
using GpuQuant.Data.Drawn;
using GpuQuant.Numerics;
using GpuQuant.Shifts.Cifar10C;
using GpuQuant.Shifts.MnistC;
using GpuQuant.Tests.Support;
using SkiaSharp;

namespace GpuQuant.Tests.Cli;

/// <summary><c>data make</c> and <c>data show</c> for both suites, chains and all severities; what a suite's folder does.</summary>
public sealed class DataShiftCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _messages = new();

    public void Dispose()
    {
        _folder.Dispose();
        _output.Dispose();
        _messages.Dispose();
    }

    [Fact]
    public void Make_ColourAllSeverities_WritesFiveBlocksAndTheirLabels()
    {
        Run("make", "shapes", "--shift", "frost", "--severity", "all", "--count", "3", "--out", _folder.Path, "--data-dir", _folder.Path);
        var original = new ShapesSource().Load(DataPart.Test, "");
        var images = NpyFile.Read(_folder.File("frost.npy"));
        Assert.Equal(new Shape(15, 32, 32, 3), images.Shape);
        Assert.Equal(Enumerable.Range(1, 5).SelectMany(severity => new FrostShift().Apply(original, severity, 0).Samples(3)),
            images.Bytes.ToArray());
        var labels = NpyFile.Read(_folder.File("labels.npy"));
        Assert.Equal((DType.UInt8, new Shape(15)), (labels.Type, labels.Shape));
        Assert.Equal(Enumerable.Range(0, 15).Select(i => (byte)original.Label(i % 3)), labels.Bytes.ToArray());
        Assert.Equal(2, Directory.GetFiles(_folder.Path).Length);
    }

    /// <summary>One severity is one block; the labels stay five times the set's, of which it takes the first.</summary>
    [Fact]
    public void Make_ColourOneSeverity_WritesOneBlock()
    {
        Run("make", "shapes", "--shift", "frost", "--severity", "4", "--count", "3", "--out", _folder.Path, "--data-dir", _folder.Path);
        var original = new ShapesSource().Load(DataPart.Test, "");
        Assert.Equal(new FrostShift().Apply(original, 4, 0).Samples(3), NpyFile.Read(_folder.File("frost.npy")).Bytes.ToArray());
        Assert.Equal(new Shape(15), NpyFile.Read(_folder.File("labels.npy")).Shape);
    }

    [Fact]
    public void Make_ChainAndOthers_HaveAFolderEach()
    {
        Run("make", "glyphs", "--shift", "rotate:4+scale,identity", "--count", "2", "--seed", "3", "--out", _folder.Path);
        var original = new GlyphsSource().Load(DataPart.Test, "");
        var expected = new ScaleShift().Apply(new RotateShift().Apply(original, 4, 3), 3, 4);
        Assert.Equal(expected.Samples(2), NpyFile.Read(_folder.File("rotate-4+scale/test_images.npy")).Bytes.ToArray());
        Assert.Equal(original.Samples(2), NpyFile.Read(_folder.File("identity/test_images.npy")).Bytes.ToArray());
        Assert.Contains("glyphs/test+rotate4+scale3: wrote", _messages.ToString());
    }

    [Fact]
    public void Make_GreyAllSeverities_HasAFolderEach()
    {
        Run("make", "glyphs", "--shift", "rotate", "--severity", "all", "--count", "2", "--out", _folder.Path);
        var original = new GlyphsSource().Load(DataPart.Test, "");
        for (var severity = 1; severity <= 5; severity++)
            Assert.Equal(new RotateShift().Apply(original, severity, 0).Samples(2),
                NpyFile.Read(_folder.File($"rotate-{severity}/test_images.npy")).Bytes.ToArray());
    }

    [Theory]
    [InlineData("There is no shift 'nope'", "--shift", "rotate,nope")]
    [InlineData("no severity 6", "--shift", "rotate", "--severity", "6")]
    [InlineData("'many' is no severity; give 1 to 5, or all", "--shift", "rotate", "--severity", "many")]
    [InlineData("give them for one shift alone", "--shift", "rotate+scale", "--param", "angle=0.1")]
    [InlineData("has no parameter 'angle'", "--shift", "rotate,identity", "--param", "angle=0.1")]
    [InlineData("so 0 of them cannot be written", "--shift", "rotate,scale", "--count", "0")]
    [InlineData("There is no shift 'original'", "--shift", "original")]
    [InlineData("'rotate:2' names its severity, so --severity 4 cannot change it", "--shift", "rotate:2", "--severity", "4")]
    public void Make_SomethingWrong_WritesNothing(string sentence, params string[] arguments)
    {
        var error = Assert.Throws<UsageException>(() => Run(["make", "glyphs", .. arguments, "--out", _folder.File("out")]));
        Assert.Contains(sentence, error.Message);
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    /// <summary>Each pixel of the digit is a square of 3x3; the sheet shows the original and two shifts, one at five severities.</summary>
    [Fact]
    public void Show_TwoShifts_DrawsARowEach()
    {
        Run("show", "glyphs", "--shift", "rotate,identity", "--index", "4", "--out", _folder.File("a.png"));
        using var sheet = SKBitmap.Decode(_folder.File("a.png"));
        Assert.InRange(sheet.Width, 6 * 84, 6 * 84 + 300);
        Assert.InRange(sheet.Height, 2 * 84, 2 * 84 + 200);
        Run("show", "glyphs", "--shift", "translate", "--severity", "3", "--param", "dx=2", "--out", _folder.File("b.png"));
        using var narrow = SKBitmap.Decode(_folder.File("b.png"));
        Assert.True(narrow.Height < sheet.Height);
        Assert.Contains("a.png", _messages.ToString());
    }

    [Theory]
    [InlineData("has no sample 2000; it has 0 to 1999", "--index", "2000")]
    [InlineData("has no sample -1", "--index", "-1")]
    [InlineData("There is no shift 'nope'", "--shift", "nope")]
    [InlineData("no severity 9", "--shift", "rotate", "--severity", "9")]
    public void Show_SomethingWrong_WritesNothing(string sentence, params string[] arguments)
    {
        Assert.Contains(sentence, Assert.Throws<UsageException>(
            () => Run(["show", "glyphs", .. arguments, "--out", _folder.File("a.png")])).Message);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public void Show_NaturalTestSet_DrawsIt()
    {
        var directory = RealData.RequireMnist();
        INaturalTestSet usps = new UspsTestSet();
        Assert.SkipUnless(usps.IsPresent(directory), "USPS is not here.");
        Assert.Equal(0, Run("show", "mnist", "--shift", "usps,rotate", "--out", _folder.File("a.png"), "--data-dir", directory));
        Assert.True(File.Exists(_folder.File("a.png")));
    }

    [Fact]
    public void List_ShowsNaturalSetsAndSuites()
    {
        Run("list", "--data-dir", _folder.Path);
        Assert.Matches(@"mnist-c\W+no\W+test sets of mnist", _output.ToString());
        Assert.Matches(@"usps\W+no; by hand\W+test set", _output.ToString());
        Assert.Matches(@"cifar10\.1\W+no; by hand", _output.ToString());
        Directory.CreateDirectory(_folder.File("mnist-c/mnist_c"));
        Run("list", "--data-dir", _folder.Path);
        Assert.Matches(@"mnist-c\W+yes", _output.ToString());
    }

    [Fact]
    public void Get_SeveralNames_TakesEach()
    {
        Directory.CreateDirectory(_folder.File("mnist-c/mnist_c"));
        Assert.Equal(0, Run("get", "glyphs", "mnist-c", "shapes", "--data-dir", _folder.Path));
        Assert.Contains("glyphs is embedded", _messages.ToString());
        Assert.Contains("mnist_c: already there", _messages.ToString());
        Assert.Contains("shapes is embedded", _messages.ToString());
        Assert.Contains("Unknown data set 'nope'", Assert.Throws<UsageException>(() => Run("get", "glyphs", "nope")).Message);
    }

    [Fact]
    public void ByHand_SetThatIsHere_IsCheckedByItsHashes()
    {
        var directory = RealData.RequireMnist();
        Assert.SkipUnless(((INaturalTestSet)new UspsTestSet()).IsPresent(directory), "USPS is not here.");
        Assert.Equal(0, Run("verify", "usps", "--data-dir", directory));
        Assert.Contains("valid", _output.ToString());
        Assert.Equal(0, Run("get", "usps", "--data-dir", directory));
        Assert.Contains("usps: already there", _messages.ToString());
    }

    [Fact]
    public void Verify_SetInAnotherForm_SaysThatNoHashIsPublished()
    {
        _folder.Write("imdb/IMDB_Dataset.csv", [.. "review,sentiment\na,positive\n"u8]);
        Assert.Equal(0, Run("verify", "imdb", "--data-dir", _folder.Path));
        Assert.Contains("imdb is here in another form", _messages.ToString());
    }

    [Theory]
    [InlineData("get")]
    [InlineData("verify")]
    public void ByHand_Set_SaysHow(string verb) => Assert.Contains("get cifar10.1_v6_data.npy",
        Assert.Throws<DataException>(() => Run(verb, "cifar10.1", "--data-dir", _folder.Path)).Message);

    [Fact]
    public void Make_AllShiftsOfDataThatNoneAppliesTo_SaysSo() => Assert.Contains("No shift applies to phrases/test (Int32 of 40)",
        Assert.Throws<UsageException>(() => Run("make", "phrases", "--shift", "all", "--out", _folder.File("out"))).Message);

    [Fact]
    public void Make_ShiftNamedTwice_WritesItOnce()
    {
        Assert.Equal(0, Run("make", "glyphs", "--shift", "identity,identity", "--count", "1", "--out", _folder.File("out")));
        Assert.Single(_messages.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Show_EmptyFileName_IsAUsageError() => Assert.Contains("A file without a name",
        Assert.Throws<UsageException>(() => Run("show", "glyphs", "--shift", "identity", "--out", "")).Message);

    [Fact]
    public void Verify_SuiteFolderWithoutArrays_IsADataError()
    {
        Directory.CreateDirectory(_folder.File("mnist_c/fog"));
        Assert.Contains("holds no .npy file",
            Assert.Throws<DataException>(() => Run("verify", "mnist-c", "--data-dir", _folder.Path)).Message);
    }

    [Fact]
    public void Verify_Suite_ReadsEveryHeader()
    {
        NpyFile.Write(_folder.File("mnist_c/fog/test_labels.npy"), Tensor.From<long>([1, 2], new Shape(2)));
        Assert.Equal(0, Run("verify", "mnist-c", "--data-dir", _folder.Path));
        Assert.Contains("Int64 of 2", _output.ToString());
        _folder.Write("mnist_c/fog/test_images.npy", [1, 2, 3]);
        var error = Assert.Throws<DataException>(() => Run("verify", "mnist-c", "--data-dir", _folder.Path));
        Assert.Contains("is no .npy file", error.Message);
    }

    private int Run(params string[] arguments) => new RootCommand { DataCommand.Create() }.Parse(["data", .. arguments]).Invoke(
        new InvocationConfiguration { Output = _output, Error = _messages, EnableDefaultExceptionHandler = false });
}
