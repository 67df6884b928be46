using GpuQuant.Cli;
using GpuQuant.Experiments;
using GpuQuant.Tests.Experiments;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Cli;

/// <summary><c>gpuquant report</c>: what it writes, and its sentences about folders that it cannot read.</summary>
public sealed class ReportCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Report_DamagedFile_IsNamedAndLeftOutOnlyIfAsked()
    {
        Write("good", 1);
        Write("bad", 2);
        var bad = _folder.File("runs/bad/rows/a.parquet");
        var bytes = File.ReadAllBytes(bad);
        File.WriteAllBytes(bad, bytes[..(bytes.Length / 2)]);

        var (code, output, error) = await Run("report", _folder.Path);
        Assert.Equal((3, ""), (code, output));
        Assert.Contains(bad, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("report.html")));

        (code, output, error) = await Run("report", _folder.Path, "--skip-damaged");
        Assert.Equal((0, ""), (code, error));
        Assert.All(output.Split('\n', StringSplitOptions.RemoveEmptyEntries), path => Assert.True(File.Exists(path), path));
        Assert.StartsWith(_folder.File("report.html"), output, StringComparison.Ordinal);
        var page = File.ReadAllText(_folder.File("report.html"));
        Assert.Contains($"Left out: &#39;{bad}&#39;", page, StringComparison.Ordinal);
        Assert.All(File.ReadLines(_folder.File("rq1.csv")).Skip(1), line => Assert.Contains(",1,original", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(3, "holds no rows; give a rows.parquet", "report", "EMPTY")]
    [InlineData(2, "DIR", "report")]
    [InlineData(2, "--skip", "report", "EMPTY", "--skip")]
    public async Task Report_WrongArgument_SaysWhatWasExpected(int expected, string sentence, params string[] arguments)
    {
        var (code, _, error) = await Run([.. arguments.Select(word => word.Replace("EMPTY", _folder.Path, StringComparison.Ordinal))]);
        Assert.Equal(expected, code);
        Assert.Contains(sentence, error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    private void Write(string run, ulong seed) => RowsFile.Write(
        _folder.File($"runs/{run}/rows/a.parquet"), [Cells.Make(seed: seed, disagreements: 3)], new Dictionary<string, string>());

    private static async Task<(int Code, string Output, string Error)> Run(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        return (await CommandLine.RunAsync(arguments, output, error), output.ToString(), error.ToString());
    }
}
