using GpuQuant.Experiments;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Experiments;

/// <summary>Result rows: their form, and that a newer measurement takes the place of the older one.</summary>
public sealed class BenchmarkCsvTests : IDisposable
{
    private static readonly BenchmarkRow First = new(
        "train-nin", 151.26, 94.51, "libtorch, channels last", "images/s", 1.6005, "X64, 2 threads", "0123abc", new DateOnly(2026, 3, 4));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Merge_NewFile_HasTheHeaderAndTheRows()
    {
        var file = _folder.File("results/cpu.csv");
        BenchmarkCsv.Merge(file, [First, First with { Work = "gemm", Unit = "GFLOP/s", Commit = "" }]);
        Assert.Equal(
            """
            work,ours,peer,peer_name,unit,ratio,device,commit,date
            train-nin,151,94.51,"libtorch, channels last",images/s,1.601,"X64, 2 threads",0123abc,2026-03-04
            gemm,151,94.51,"libtorch, channels last",GFLOP/s,1.601,"X64, 2 threads",,2026-03-04

            """.ReplaceLineEndings("\n"), File.ReadAllText(file));
    }

    [Fact]
    public void Merge_SameWorkAndPeer_ReplacesTheRowWhereItStands()
    {
        var file = _folder.File("cpu.csv");
        BenchmarkCsv.Merge(file, [First, First with { PeerName = "onnxruntime" }, First with { Work = "gemm" }]);
        BenchmarkCsv.Merge(file, [First with { Ours = 300, PeerName = "libtorch, channels first" }, First with { Work = "qat" }]);
        var lines = File.ReadAllLines(file);
        Assert.Equal(["work", "train-nin", "train-nin", "gemm", "qat"], lines.Select(line => line.Split(',')[0]));
        Assert.StartsWith("train-nin,300,94.51,\"libtorch, channels first\"", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("train-nin,151,94.51,onnxruntime", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Merge_AnotherFile_IsRefusedAndLeftAlone()
    {
        _folder.Write("notes.txt", [65, 66]);
        var error = Assert.Throws<DataException>(() => BenchmarkCsv.Merge(_folder.File("notes.txt"), [First]));
        Assert.Contains("is no benchmark table", error.Message, StringComparison.Ordinal);
        Assert.Equal([65, 66], File.ReadAllBytes(_folder.File("notes.txt")));
    }

    [Fact]
    public void Rows_OfAWrittenFile_AreTheOnesWritten()
    {
        var file = _folder.File("cpu.csv");
        BenchmarkCsv.Merge(file, [First]);
        Assert.Equal(First with { Ours = 151, Ratio = 1.601 }, Assert.Single(BenchmarkCsv.Rows(file)));
    }

    [Theory]
    [InlineData("gemm,1,2")]
    [InlineData("gemm,one,2,peer,unit,0.5,device,commit,2026-03-04")]
    [InlineData("gemm,1,2,peer,unit,0.5,device,commit,today")]
    public void Rows_DamagedLine_IsQuoted(string line)
    {
        var file = _folder.File("cpu.csv");
        File.WriteAllText(file, $"{BenchmarkCsv.Header}\n{line}\n");
        Assert.Contains(line, Assert.Throws<DataException>(() => BenchmarkCsv.Rows(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Markdown_OfARow_HasItsNumbersAndUnit() => Assert.Equal(
        "| work | ours | peer | | ratio |\n|---|---|---|---|---|\n"
        + "| train-nin | 151 images/s | 94.51 | libtorch, channels last | 1.60 |\n", BenchmarkMarkdown.Of([First]));

    [Fact]
    public void Picture_SameRows_GivesTheSameFiles()
    {
        BenchmarkPicture.Write([First, First with { Work = "gemm", Ratio = 0.5 }], _folder.File("a"));
        BenchmarkPicture.Write([First, First with { Work = "gemm", Ratio = 0.5 }], _folder.File("b"));
        Assert.Equal(File.ReadAllBytes(_folder.File("a.png")), File.ReadAllBytes(_folder.File("b.png")));
        Assert.True(new FileInfo(_folder.File("a.svg")).Length > 1000);
        Assert.Throws<UsageException>(() => BenchmarkPicture.Write([], _folder.File("c")));
    }
}
