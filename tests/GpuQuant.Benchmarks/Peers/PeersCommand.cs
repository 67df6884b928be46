using System.CommandLine;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Experiments;
using GpuQuant.Numerics;
using GpuQuant.Peers.Works;
using Spectre.Console;

namespace GpuQuant.Peers;

/// <summary>The command line of the comparison.</summary>
internal static class PeersCommand
{
    private const int LeastRepetitions = 5;

    public static RootCommand Create()
    {
        var work = new Option<string[]>("--work")
        {
            Description = "Works or groups of them (default: all but convergence): gemm, train, infer, int8, threads, memory, convergence.",
            HelpName = "W,..",
            CustomParser = result => [.. result.Tokens.SelectMany(token => token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries))],
        };
        var repetitions = new Option<int>("--repetitions")
        {
            Description = "Turns of each side, at least 5.",
            HelpName = "N",
            DefaultValueFactory = _ => LeastRepetitions,
        };
        var threads = new Option<int>("--threads") { Description = "Threads of each side.", HelpName = "N", DefaultValueFactory = _ => 2 };
        var output = new Option<string>("--out")
        {
            Description = "The file of the result rows; rows of the same work and peer are replaced.",
            HelpName = "FILE",
            DefaultValueFactory = _ => "results/benchmarks/cpu.csv",
        };
        var data = new Option<string?>("--data-dir") { Description = "The folder of the data sets, for convergence.", HelpName = "DIR" };
        var command = new RootCommand("Measures our cpu backend against libtorch and ONNX Runtime: the same nets, batch, data and threads, "
            + "in one process, in turn. Where libtorch does not load, run it with tests/lanes/trixie.sh -- dotnet run ...")
            { work, repetitions, threads, output, data };
        command.SetAction(parsed =>
        {
            var options = new PeersOptions(
                parsed.GetValue(repetitions), parsed.GetValue(threads), parsed.GetValue(data) ?? DataDirectory.Default);
            return Run(AllWorks.Named(parsed.GetValue(work) ?? []), options, parsed.GetValue(output)!);
        });
        return command;
    }

    private static int Run(IReadOnlyList<IWork> works, PeersOptions options, string output)
    {
        if (options.Repetitions < LeastRepetitions)
            throw new UsageException($"{options.Repetitions} repetitions were asked for; at least {LeastRepetitions} are needed.");
        if (options.Threads < 1)
            throw new UsageException($"{options.Threads} threads were asked for; at least 1 is needed.");
        if (works.Any(work => work.NeedsTorch))
            TorchLibrary.Load(options.Threads);
        var table = new ComparisonTable(AnsiConsole.Create(new AnsiConsoleSettings { Out = new WideOutput(Console.Out) }));
        foreach (var work in works)
        {
            var comparisons = work.Run(options, Console.Error.WriteLine).ToArray();
            table.Write(comparisons);
            if (comparisons.Length > 0)
                BenchmarkCsv.Merge(output, comparisons.Select(comparison => Row(comparison, options.Threads)));
        }
        return 0;
    }

    private static BenchmarkRow Row(Comparison comparison, int threads)
    {
        using var backend = new CpuBackend(threads);
        return new(comparison.Work, comparison.OursMedian, comparison.PeerMedian, comparison.PeerName, comparison.Unit, comparison.Ratio,
            $"{Processor()}: {backend.Device.Description}", RunEnvironment.BuildCommit ?? "", DateOnly.FromDateTime(DateTime.UtcNow));
    }

    /// <summary>The processor's name, where the system says it.</summary>
    private static string Processor() => File.Exists("/proc/cpuinfo")
        && File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } name
            ? name.Split(':')[1].Trim()
            : "cpu";
}
