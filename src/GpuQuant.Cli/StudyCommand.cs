using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Experiments;
using GpuQuant.Models;
using GpuQuant.Quantization;
using Spectre.Console;

namespace GpuQuant.Cli;

/// <summary><c>gpuquant study hu2022</c>: the study, from training to table and picture.</summary>
internal static class StudyCommand
{
    private const string Name = "hu2022", DefaultOutput = "runs/hu2022";

    private sealed record Options(
        Option<string[]> Data, Option<string[]> Architectures, Option<string[]> Strategies, Option<string[]> Quantizers,
        Option<string[]> TestSets,
        Option<int> Seeds, Option<int?> Epochs, Option<int?> Batch, Option<string?> KeepBest, Option<string> Device,
        Option<string?> DataDir, Option<string?> CacheDir,
        Option<bool> Quick, Option<bool> SkipRetraining, Option<int> Workers, Option<bool> DryRun, Option<bool> FailFast,
        Option<string?> Output, Option<bool> Quiet, Option<bool> Json);

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var o = new Options(
            ModelOptions.Names("--data", $"Data sets: {ModelOptions.Known<IDataSource>()} (default: glyphs, which needs no download).",
                "D,.."),
            ModelOptions.Names("--arch", $"Nets: {ModelOptions.Known<IArchitecture>()} (default: the study's for each data set).", "A,.."),
            ModelOptions.Names("--strategies", $"Ways to train: {ModelOptions.KnownStrategies} (default: the study's for each data set; "
                + "standard for those that GpuQuant makes itself).", "S,.."),
            ModelOptions.Names("--quantizers", $"Deployments: {ModelOptions.Known<IQuantizer>()} (default: all four of the study).",
                "Q,.."),
            ModelOptions.Names("--test-sets", $"Test sets: {ModelOptions.KnownTestSets} (default: the study's for each data set).",
                "T,.."),
            new("--seeds") { Description = "Trainings per net, with seeds 0, 1, ...", HelpName = "N", DefaultValueFactory = _ => 1 },
            ModelOptions.Epochs(), ModelOptions.Batch(), ModelOptions.KeepBest(), ModelOptions.Device(), CommonOptions.DataDir(),
            ModelOptions.CacheDir(),
            new("--quick") { Description = "One epoch of 256 samples, 128 test samples: shows that everything works, not what comes out." },
            new("--skip-retraining") { Description = "Leaves out the fourth question: training further with the disagreements." },
            new("--workers")
            {
                Description = "Processes that share the work and the cores; one that dies is replaced.",
                HelpName = "N",
                DefaultValueFactory = _ => 1,
            },
            new("--dry-run") { Description = "Says what would run, and how long it would take; runs nothing." },
            new("--fail-fast") { Description = "Ends with the first run that fails; otherwise the others are done first." },
            ModelOptions.Output(DefaultOutput), CommonOptions.Quiet(), ModelOptions.Json());
        var study = new Command(Name, "Hu et al. 2022: how far quantized nets disagree with their float originals on shifted data. "
            + "All four questions, as tables, csv files, pictures and a page; started again, it goes on where it was."
            + "\n\nExample: gpuquant study hu2022 --data mnist --seeds 3 --out runs/mnist")
        {
            o.Data, o.Architectures, o.Strategies, o.Quantizers, o.TestSets, o.Seeds, o.Epochs, o.Batch, o.KeepBest, o.Device,
            o.DataDir, o.CacheDir, o.Quick, o.SkipRetraining, o.Workers, o.DryRun, o.FailFast, o.Output, o.Quiet, o.Json,
        };
        study.SetAction((parsed, cancellation) => Task.Run(() => Run(parsed, o, cancellation), CancellationToken.None));
        return new Command("study", "Runs a study.\n\nExample: gpuquant study hu2022") { study };
    }

    private static int Run(ParseResult parsed, Options o, CancellationToken cancellation)
    {
        var start = Stopwatch.GetTimestamp();
        var defaults = new Hu2022Study();
        Sweep study = defaults with
        {
            Data = Given(parsed, o.Data) ?? defaults.Data,
            Architectures = Given(parsed, o.Architectures),
            Strategies = Given(parsed, o.Strategies),
            Quantizers = Given(parsed, o.Quantizers) ?? defaults.Quantizers,
            TestSets = Given(parsed, o.TestSets),
            Seeds = parsed.GetValue(o.Seeds),
            Epochs = parsed.GetValue(o.Epochs),
            Batch = parsed.GetValue(o.Batch),
            Keep = ModelOptions.Keep(parsed.GetValue(o.KeepBest)),
            Device = parsed.GetRequiredValue(o.Device),
            DataDirectory = parsed.GetValue(o.DataDir),
            CacheDirectory = parsed.GetValue(o.CacheDir),
            Quiet = parsed.GetValue(o.Quiet),
            Retrain = !parsed.GetValue(o.SkipRetraining),
            FailFast = parsed.GetValue(o.FailFast),
            Launcher = new LocalLauncher { Workers = parsed.GetValue(o.Workers) },
        };
        if (parsed.GetValue(o.Quick))
            study = study.Quick() with { Epochs = study.Epochs ?? 1 };
        var output = parsed.GetValue(o.Output) ?? DefaultOutput;
        var console = CommonOptions.Output(parsed);
        if (parsed.GetValue(o.DryRun))
        {
            using var plan = study.Plan(output);
            SweepPlanTable.Write(plan, console);
            return 0;
        }
        var results = Run(study, output, parsed.GetValue(o.Json), console, cancellation);
        var device = Devices.Describe(study.Device, Catalog.All<IBackendProvider>());
        if (!study.Quiet)
            parsed.InvocationConfiguration.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{results.Cells.Count} cells in {Stopwatch.GetElapsedTime(start).TotalSeconds:F1} s ")
                + $"on {device.Name} ({device.Description})");
        return 0;
    }

    private static Results Run(Sweep study, string output, bool asJson, IAnsiConsole console, CancellationToken cancellation)
    {
        try
        {
            var results = study.Run(output, cancellation);
            StudyReport.Write(results, output, asJson, console);
            return results;
        }
        catch (SweepException failed) when (failed.Results.Cells.Count > 0)
        {
            // What the other runs found is as good as ever; the failures are said last.
            StudyReport.Write(failed.Results, output, asJson, console);
            throw;
        }
    }

    private static string[]? Given(ParseResult parsed, Option<string[]> option) =>
        parsed.GetResult(option) is null ? null : parsed.GetValue(option);
}
