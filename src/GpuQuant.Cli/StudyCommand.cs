using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Experiments;
using GpuQuant.Models;
using GpuQuant.Quantization;

namespace GpuQuant.Cli;

/// <summary><c>gpuquant study hu2022</c>: the study, from training to table and picture.</summary>
internal static class StudyCommand
{
    private const string Name = "hu2022", DefaultOutput = "runs/hu2022";

    private sealed record Options(
        Option<string[]> Data, Option<string[]> Architectures, Option<string[]> Strategies, Option<string[]> Quantizers,
        Option<string[]> TestSets,
        Option<int> Seeds, Option<int?> Epochs, Option<int?> Batch, Option<string?> KeepBest, Option<string> Device, Option<string?> DataDir, Option<string?> CacheDir,
        Option<bool> Quick,
        Option<string?> Output, Option<bool> Quiet, Option<bool> Json);

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var o = new Options(
            ModelOptions.Names("--data", $"Data sets: {ModelOptions.Known<IDataSource>()} (default: glyphs, which needs no download).",
                "D,.."),
            ModelOptions.Names("--arch", $"Nets: {ModelOptions.Known<IArchitecture>()} (default: lenet1,lenet5).", "A,.."),
            ModelOptions.Names("--strategies", $"Ways to train: {ModelOptions.KnownStrategies} (default: standard).", "S,.."),
            ModelOptions.Names("--quantizers", $"Deployments: {ModelOptions.Known<IQuantizer>()} (default: all four of the study).",
                "Q,.."),
            ModelOptions.Names("--test-sets", $"Test sets: {ModelOptions.KnownTestSets} (default: the study's for each data set).",
                "T,.."),
            new("--seeds") { Description = "Trainings per net, with seeds 0, 1, ...", HelpName = "N", DefaultValueFactory = _ => 1 },
            ModelOptions.Epochs(), ModelOptions.Batch(), ModelOptions.KeepBest(), ModelOptions.Device(), CommonOptions.DataDir(), ModelOptions.CacheDir(),
            new("--quick") { Description = "One epoch and 500 test samples: shows that everything works, not what comes out." },
            ModelOptions.Output(DefaultOutput), CommonOptions.Quiet(), ModelOptions.Json());
        var study = new Command(Name, "Hu et al. 2022: how far quantized nets disagree with their float originals on shifted data. "
            + "Writes rq1.csv, rows.parquet and pictures; started again, it goes on where it was."
            + "\n\nExample: gpuquant study hu2022 --data mnist --seeds 3 --out runs/mnist")
        {
            o.Data, o.Architectures, o.Strategies, o.Quantizers, o.TestSets, o.Seeds, o.Epochs, o.Batch, o.KeepBest, o.Device,
            o.DataDir, o.CacheDir, o.Quick, o.Output, o.Quiet, o.Json,
        };
        study.SetAction((parsed, cancellation) => Task.Run(() => Run(parsed, o, cancellation), CancellationToken.None));
        return new Command("study", "Runs a study.\n\nExample: gpuquant study hu2022") { study };
    }

    private static int Run(ParseResult parsed, Options o, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        var defaults = new Hu2022Study();
        var isQuick = parsed.GetValue(o.Quick);
        var study = defaults with
        {
            Data = Given(parsed, o.Data, defaults.Data),
            Architectures = Given(parsed, o.Architectures, defaults.Architectures),
            Strategies = Given(parsed, o.Strategies, defaults.Strategies),
            Quantizers = Given(parsed, o.Quantizers, defaults.Quantizers),
            TestSets = parsed.GetResult(o.TestSets) is null ? null : parsed.GetValue(o.TestSets),
            Seeds = parsed.GetValue(o.Seeds),
            Epochs = parsed.GetValue(o.Epochs) ?? (isQuick ? 1 : null),
            Batch = parsed.GetValue(o.Batch),
            Keep = ModelOptions.Keep(parsed.GetValue(o.KeepBest)),
            TestSamples = isQuick ? 500 : null,
            Device = parsed.GetRequiredValue(o.Device),
            DataDirectory = parsed.GetValue(o.DataDir),
            CacheDirectory = parsed.GetValue(o.CacheDir),
            Quiet = parsed.GetValue(o.Quiet),
        };
        var output = parsed.GetValue(o.Output) ?? DefaultOutput;
        var rows = study.Run(output, cancellation);
        var device = Devices.Describe(study.Device, Catalog.All<IBackendProvider>());
        StudyReport.Write(rows, output, device, parsed.GetValue(o.Json), CommonOptions.Output(parsed));
        if (!study.Quiet)
            parsed.InvocationConfiguration.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{rows.Count} cells in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s on {device.Name} ({device.Description})"));
        return 0;
    }

    private static IReadOnlyList<string> Given(ParseResult parsed, Option<string[]> option, IReadOnlyList<string> otherwise) =>
        parsed.GetResult(option) is null ? otherwise : parsed.GetValue(option)!;
}
