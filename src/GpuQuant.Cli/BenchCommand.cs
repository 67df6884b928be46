using System.CommandLine;
using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Experiments;
using GpuQuant.Models;
using GpuQuant.Numerics;

namespace GpuQuant.Cli;

/// <summary><c>gpuquant bench</c>: how fast the devices are.</summary>
internal static class BenchCommand
{
    /// <summary>Makes the command with its subcommand kernels.</summary>
    public static Command Create() =>
        new("bench", "Measures devices.\n\nExample: gpuquant bench kernels --device cpu") { Kernels() };

    private static Command Kernels()
    {
        var device = ModelOptions.Device();
        var architectures = ModelOptions.Names(
            "--arch", $"Nets: {ModelOptions.Known<IArchitecture>()} (default: {string.Join(',', KernelBench.Nets)}).", "A,..");
        var threads = new Option<int?>("--threads") { Description = "Threads of the cpu (default: all).", HelpName = "N" };
        var csv = new Option<string?>("--csv") { Description = "A file for all rows.", HelpName = "FILE" };
        var quick = new Option<bool>("--quick") { Description = "Fewer sizes and repetitions: seconds, and numbers that vary more." };
        var quiet = CommonOptions.Quiet();
        var command = new Command("kernels", "How fast a device is: its peaks, matrix products, and every call of the nets beside the "
            + "least time that the peaks allow.\n\nExample: gpuquant bench kernels --device cpu --arch lenet5 --csv kernels.csv")
            { device, architectures, threads, csv, quick, quiet };
        command.SetAction(parsed =>
        {
            var bench = new KernelBench { IsQuick = parsed.GetValue(quick) };
            if (parsed.GetResult(architectures) is not null)
                bench = bench with { Architectures = parsed.GetValue(architectures)! };
            using var backend = Open(parsed.GetRequiredValue(device), parsed.GetValue(threads));
            var messages = parsed.InvocationConfiguration.Error;
            var result = bench.Run(backend, parsed.GetValue(threads) ?? Environment.ProcessorCount,
                parsed.GetValue(quiet) ? null : next => messages.WriteLine($"measuring {next}"));
            if (parsed.GetValue(csv) is { } path)
                KernelBenchCsv.Write(result, path);
            KernelBenchTable.Write(result, CommonOptions.Output(parsed));
        });
        return command;
    }

    private static Backend Open(string device, int? threads)
    {
        if (threads is null)
            return ModelOptions.Open(device);
        if (device == "auto" ? Devices.Auto(Catalog.All<IBackendProvider>()).Name == "cpu" : device == "cpu")
            return new CpuBackend(threads);
        throw new UsageException($"--threads {threads} is for the cpu; device '{device}' takes no number of threads.");
    }
}
