using GpuQuant.Cli;
using GpuQuant.Experiments;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Cli;

/// <summary><c>gpuquant bench</c>: its table, its file, and its sentences about wrong arguments.</summary>
[Collection(AloneCollection.Name)]
public sealed class BenchCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Kernels_QuickOnOneThread_PrintsTablesAndWritesTheFile()
    {
        var file = _folder.File("kernels.csv");
        var (code, output, error) = await Run("bench kernels --device cpu --threads 1 --arch lenet1 --quick --csv", file);
        Assert.Equal(0, code);
        Assert.Contains("1 thread", output);
        Assert.Contains("Whole steps", output);
        Assert.Contains("measuring lenet1, training", error);
        var lines = File.ReadAllLines(file);
        Assert.Equal(KernelBenchCsv.Header, lines[0]);
        Assert.Equal(2, lines.Count(line => line.StartsWith("step,lenet1,", StringComparison.Ordinal)));
        var columns = lines[0].Count(c => c == ',');
        // The device's description is quoted and holds commas of its own.
        Assert.All(lines.Skip(1), line => Assert.Equal(columns, line[..line.IndexOf('"', StringComparison.Ordinal)].Count(c => c == ',')));
    }

    [Theory]
    [InlineData("bench kernels --arch lenet9", "Unknown architecture 'lenet9'; did you mean lenet1 or lenet5? Known: ")]
    [InlineData("bench kernels --device gpu9", "Unknown device 'gpu9'. Known: auto, cpu, ")]
    [InlineData("bench kernels --device cpu --threads 0", "0 threads were asked for; at least 1 is needed.")]
    [InlineData("bench kernels --device ilgpu-cpu --threads 2", "--threads 2 is for the cpu; device 'ilgpu-cpu' takes no number")]
    [InlineData("bench kernels --threads many", "'many'")]
    public async Task Kernels_WrongArgument_SaysWhatWasExpected(string command, string sentence)
    {
        var (code, _, error) = await Run(command);
        Assert.Equal(2, code);
        Assert.Contains(sentence, error);
        Assert.DoesNotContain("   at ", error);
    }

    private static async Task<(int Code, string Output, string Error)> Run(string command, params string[] more)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        return (await CommandLine.RunAsync([.. command.Split(' '), .. more], output, error), output.ToString(), error.ToString());
    }
}
