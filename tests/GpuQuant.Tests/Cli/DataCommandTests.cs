using System.CommandLine;
using GpuQuant.Cli;
using GpuQuant.Data;
using GpuQuant.Data.Drawn;
using GpuQuant.Numerics;
using GpuQuant.Shifts;
using GpuQuant.Shifts.MnistC;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Cli;

public sealed class DataCommandTests : IDisposable
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
    public void List_EmptyFolder_ShowsEverySetOnStandardOutput()
    {
        Assert.Equal(0, Run("list", "--data-dir", _folder.Path));
        Assert.Matches(@"glyphs\W+embedded", _output.ToString());
        Assert.Matches(@"mnist\W+no", _output.ToString());
        Assert.Empty(_messages.ToString());
        _folder.Write("mnist/t10k-labels-idx1-ubyte", [1]);
        Run("list", "--data-dir", _folder.Path);
        Assert.Contains("1 of 4 files", _output.ToString());
    }

    [Fact]
    public void Make_Glyphs_WritesThePublishedLayoutWithTheShiftsBytes()
    {
        Assert.Equal(0, Run("make", "glyphs", "--shift", "translate", "--severity", "2", "--param", "dx=3", "--param", "dy=-1",
            "--count", "7", "--seed", "5", "--out", _folder.Path));
        var images = NpyFile.Read(_folder.File("translate/test_images.npy"));
        var labels = NpyFile.Read(_folder.File("translate/test_labels.npy"));
        var original = new GlyphsSource().Load(DataPart.Test, "");
        var expected = new TranslateShift().Apply(original, 2, 5, ShiftTesting.Given(("dx", "3"), ("dy", "-1")));
        Assert.Equal(new Shape(7, 28, 28, 1), images.Shape);
        Assert.Equal(expected.Samples(7), images.Bytes.ToArray());
        Assert.Equal(Enumerable.Range(0, 7).Select(i => (long)original.Label(i)), labels.Span<long>().ToArray());
        Assert.Empty(_output.ToString());
        Assert.Contains("glyphs/test+translate2(dx=3,dy=-1)", _messages.ToString());
    }

    [Fact]
    public void Make_WithoutSeverity_TakesThePublishedOne()
    {
        Run("make", "glyphs", "--shift", "brightness", "--count", "2", "--out", _folder.Path, "--quiet");
        var expected = new BrightnessShift().Apply(new GlyphsSource().Load(DataPart.Test, ""), 5, 0);
        Assert.Equal(expected.Samples(2), NpyFile.Read(_folder.File("brightness/test_images.npy")).Bytes.ToArray());
        Assert.Empty(_messages.ToString());
    }

    [Theory]
    [InlineData("Unknown data set 'nope'. Known: cifar10, ", "make", "nope", "--shift", "rotate", "--out", "x")]
    [InlineData("There is no shift 'nope' for glyphs/test", "make", "glyphs", "--shift", "nope", "--out", "x")]
    [InlineData("no severity 6; it has 1 to 5", "make", "glyphs", "--shift", "rotate", "--severity", "6", "--out", "x")]
    [InlineData("'angle' is no key=value", "make", "glyphs", "--shift", "rotate", "--param", "angle", "--out", "x")]
    [InlineData("gives 'sign' twice", "make", "glyphs", "--shift", "rotate", "--param", "sign=1", "--param", "sign=-1", "--out", "x")]
    [InlineData("no parameter 'dx'", "make", "glyphs", "--shift", "rotate", "--param", "dx=1", "--out", "x")]
    [InlineData("give 1 to 2000", "make", "glyphs", "--shift", "rotate", "--count", "2001", "--out", "x")]
    [InlineData("Unknown data set 'nope'", "get", "nope")]
    [InlineData("Unknown data set 'nope'", "verify", "nope")]
    public void Command_WrongArguments_IsAUsageErrorWithASentence(string sentence, params string[] arguments)
    {
        var error = Assert.Throws<UsageException>(() => Run(arguments));
        Assert.Contains(sentence, error.Message);
        Assert.False(Directory.Exists("x"));
    }

    [Fact]
    public void Make_MnistWithoutFiles_IsADataError()
    {
        var error = Assert.Throws<DataException>(
            () => Run("make", "mnist", "--shift", "rotate", "--out", _folder.File("out"), "--data-dir", _folder.Path));
        Assert.Contains("gpuquant data get mnist", error.Message);
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    [Fact]
    public void Verify_WrongFile_ShowsTheTableAndFails()
    {
        _folder.Write("mnist/t10k-labels-idx1-ubyte.gz", [1]);
        var error = Assert.Throws<DataException>(() => Run("verify", "mnist", "--data-dir", _folder.Path));
        Assert.Contains("4 of 4 files of mnist are missing or wrong", error.Message);
        Assert.Contains("wrong size", _output.ToString());
        Assert.Contains("missing", _output.ToString());
    }

    [Fact]
    public void Verify_RealMnist_Succeeds() => Assert.Equal(0, Run("verify", "mnist", "--data-dir", RealData.RequireMnist()));

    [Fact]
    public void Get_FilesAreThere_FetchesNothing()
    {
        Assert.Equal(0, Run("get", "mnist", "--data-dir", RealData.RequireMnist()));
        Assert.Contains("t10k-labels-idx1-ubyte.gz: already there", _messages.ToString());
        Assert.Empty(_output.ToString());
    }

    [Theory]
    [InlineData("get")]
    [InlineData("verify")]
    public void EmbeddedSet_NeedsNothing(string verb)
    {
        Assert.Equal(0, Run(verb, "glyphs"));
        Assert.Contains("glyphs is embedded", _messages.ToString());
    }

    [Fact]
    public void Help_OfEveryCommand_HasAnExample()
    {
        foreach (var command in DataCommand.Create().Subcommands)
        {
            Run(command.Name, "--help");
            Assert.Contains($"Example: gpuquant data {command.Name}", _output.ToString());
        }
    }

    private int Run(params string[] arguments) => new RootCommand { DataCommand.Create() }.Parse(["data", .. arguments]).Invoke(
        new InvocationConfiguration { Output = _output, Error = _messages, EnableDefaultExceptionHandler = false });
}
