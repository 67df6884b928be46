using System.CommandLine;
using GpuQuant.Backends;
using GpuQuant.Experiments;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Shifts;
using GpuQuant.Training;

namespace GpuQuant.Cli;

/// <summary>The options of the commands that train, quantize and evaluate.</summary>
internal static class ModelOptions
{
    /// <summary><c>--device X</c>.</summary>
    public static Option<string> Device() => new("--device")
    {
        Description = $"Where to compute: auto, {Known<IBackendProvider>()}; cuda:1 is the second of its kind.",
        HelpName = "X",
        DefaultValueFactory = _ => "auto",
    };

    /// <summary><c>--out DIR</c>, <c>runs/NAME</c> by default.</summary>
    public static Option<string?> Output(string name) =>
        new("--out") { Description = $"The folder for the results (default: {name}).", HelpName = "DIR" };

    /// <summary><c>--model DIR</c>.</summary>
    public static Option<string> Model() =>
        new("--model") { Description = "The folder of a trained or quantized model.", HelpName = "DIR", Required = true };

    /// <summary><c>--epochs E</c>.</summary>
    public static Option<int?> Epochs() =>
        new("--epochs") { Description = "Passes over the training set (default: the study's).", HelpName = "E" };

    /// <summary><c>--batch B</c>.</summary>
    public static Option<int?> Batch() => new("--batch") { Description = "Samples per step (default: the study's).", HelpName = "B" };

    /// <summary><c>--keep-best WHERE</c>.</summary>
    public static Option<string?> KeepBest() => new("--keep-best")
    {
        Description = "The epoch whose model is kept: the best on the validation part, the best on the test set (as the paper did for "
            + "cifar10 and imdb: what the test set has chosen, it no longer judges), or none, the last (default: the data set's).",
        HelpName = "validation|test|none",
    };

    /// <summary>What <c>--keep-best</c> asks for; null: nothing.</summary>
    public static Keep? Keep(string? where) => where switch
    {
        null => null,
        "validation" => Training.Keep.Best,
        "test" => Training.Keep.BestOnTest,
        "none" => Training.Keep.Last,
        _ => throw new UsageException($"--keep-best takes validation, test or none; got '{where}'."),
    };

    /// <summary><c>--json</c>.</summary>
    public static Option<bool> Json() => new("--json") { Description = "The result as JSON on standard output, in place of a table." };

    /// <summary>A list of names such as <c>--arch lenet1,lenet5</c>.</summary>
    public static Option<string[]> Names(string option, string description, string help) => new(option)
    {
        Description = description,
        HelpName = help,
        AllowMultipleArgumentsPerToken = true,
        CustomParser = result =>
            [.. result.Tokens.SelectMany(token =>
                token.Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))],
    };

    /// <summary>"one of a, b, c", for descriptions.</summary>
    public static string Known<T>() where T : INamed => string.Join(", ", CommonOptions.Names<T>());

    /// <summary>Opens the named device.</summary>
    public static Backend Open(string device) => Devices.Open(device, Catalog.All<IBackendProvider>());

    /// <summary>The named net.</summary>
    public static IArchitecture Architecture(string name) => Catalog.Get<IArchitecture>("architecture", name);

    /// <summary>"standard, qat, mixup, ...; several joined by +", for descriptions.</summary>
    public static string KnownStrategies => string.Join(", ", StrategyCatalog.Names) + "; some joined by + make one, as in mixup+qat";

    /// <summary>The named quantizer.</summary>
    public static IQuantizer Quantizer(string name) => Catalog.Get<IQuantizer>("quantizer", name);

    /// <summary>The named test set.</summary>
    public static TestSet TestSet(string name) => Shifts.TestSet.Parse(name, TestSetCatalog.All);

    /// <summary>"original, usps, fog, ...", for descriptions.</summary>
    public static string KnownTestSets => string.Join(", ", TestSetCatalog.All.Names);

    /// <summary><c>--cache-dir DIR</c>.</summary>
    public static Option<string?> CacheDir() => new("--cache-dir")
    {
        Description = "Where computed test sets are kept (default: gpuquant/shifts in the user's cache folder).",
        HelpName = "DIR",
    };
}
