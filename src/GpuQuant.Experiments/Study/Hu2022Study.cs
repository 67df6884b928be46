using System.Globalization;
using System.Text.Json.Nodes;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Evaluation;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Shifts;
using GpuQuant.Training;
using GpuQuant.Training.Strategies;

namespace GpuQuant.Experiments;

/// <summary>
/// The study of Hu et al. 2022 (arXiv 2204.04220): nets trained in float, deployed quantized, compared on shifted test sets. Every
/// choice is a name from the catalogue; all are checked before the first training. A model is a run: trained once, its rows kept, and
/// neither computed again.
/// </summary>
/// <example>
/// <code>
/// var study = new Hu2022Study { Data = ["mnist"], Architectures = ["lenet5"], Seeds = 3 };
/// var rows = study.Run("runs/lenet5");
/// Rq1Table.Write(Rq1.Of(rows), AnsiConsole.Console);
/// </code>
/// </example>
public sealed record Hu2022Study
{
    /// <summary>Raised when a change of the code changes results, so that runs of an older version are not taken for new ones.</summary>
    private const int Version = 1;

    /// <summary>Data sets.</summary>
    public IReadOnlyList<string> Data { get; init; } = ["glyphs"];

    /// <summary>Nets.</summary>
    public IReadOnlyList<string> Architectures { get; init; } = ["lenet1", "lenet5"];

    /// <summary>Ways to train.</summary>
    public IReadOnlyList<string> Strategies { get; init; } = ["standard"];

    /// <summary>Deployments.</summary>
    public IReadOnlyList<string> Quantizers { get; init; } = ["tflite8", "tflite16", "coreml8", "coreml16"];

    /// <summary>Test sets; null: those of the study for each data set (<see cref="KnownTestSets.Of"/>).</summary>
    public IReadOnlyList<string>? TestSets { get; init; }

    /// <summary>Trainings per net, with the seeds 0, 1, ...</summary>
    public int Seeds { get; init; } = 1;

    /// <summary>Passes over the training set; null: the data set's default.</summary>
    public int? Epochs { get; init; }

    /// <summary>Samples per step; null: the data set's default.</summary>
    public int? Batch { get; init; }

    /// <summary>
    /// Which epoch of a training is kept; null: the data set's default. <see cref="Keep.BestOnTest"/> is what the paper did for cifar10 and
    /// imdb.
    /// </summary>
    public Keep? Keep { get; init; }

    /// <summary>Only the first samples of each test set; null: all.</summary>
    public int? TestSamples { get; init; }

    /// <summary>Where to compute.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>The data folder; null: the default one.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Where computed test sets are kept; null: <see cref="ShiftCache.DefaultFolder"/>.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>Whether to keep silent on stderr.</summary>
    public bool Quiet { get; init; }

    /// <summary>Runs what is not done yet and gives the rows of everything.</summary>
    /// <param name="output">The study's folder; each model's run is a folder in <c>runs</c> below it.</param>
    /// <param name="cancellation">Stops after the current step; started again, the study goes on there.</param>
    /// <exception cref="UsageException">A name is unknown or an option makes no sense.</exception>
    /// <exception cref="DataException">Data or results are missing or damaged.</exception>
    public IReadOnlyList<EvaluationRows> Run(string output, CancellationToken cancellation = default)
    {
        var models = Expand();
        var quantizers = Quantizers.Select(name => Catalog.Get<IQuantizer>("quantizer", name)).ToArray();
        var testSets = models.Select(model => model.Source).Distinct().ToDictionary(source => source, TestSetsOf);
        using var backend = Devices.Open(Device, Catalog.All<IBackendProvider>());
        var folder = DataDirectory ?? GpuQuant.Data.DataDirectory.Default;
        var data = models.Select(model => model.Source).Distinct()
            .ToDictionary(s => s, s => (Train: s.Load(DataPart.Train, folder), Test: s.Load(DataPart.Test, folder)));
        var opened = testSets.ToDictionary(pair => pair.Key, pair => Open(pair.Key, data[pair.Key].Test, pair.Value, folder));
        foreach (var model in models)
        {
            model.Strategy.Check(data[model.Source].Train);
            model.Architecture.Build(data[model.Source].Train.SampleShape, data[model.Source].Train.Classes);
        }
        var rows = new List<EvaluationRows>();
        for (var i = 0; i < models.Length; i++)
        {
            var (train, test) = data[models[i].Source];
            rows.AddRange(RunModel(models[i], $"{i + 1}/{models.Length}", backend, train, test,
                quantizers, opened[models[i].Source], output, cancellation));
        }
        return rows;
    }

    private TestSet[] TestSetsOf(IDataSource source)
    {
        var known = TestSetCatalog.All;
        var names = TestSets ?? known.Of(source);
        return names.Count > 0
            ? [.. names.Select(name => TestSet.Parse(name, known))]
            : throw new UsageException("The study has no test set; name at least one, such as original.");
    }

    private OpenedTestSet[] Open(IDataSource source, IDataset test, TestSet[] testSets, string folder)
    {
        var opener = new TestSetOpener(source.Name, test, folder, TestSetCatalog.All)
        {
            Samples = TestSamples,
            Cache = new ShiftCache(CacheDirectory ?? ShiftCache.DefaultFolder, Quiet ? _ => { } : Console.Error.WriteLine),
        };
        return [.. testSets.Select(opener.Open)];
    }

    private ModelTraining[] Expand()
    {
        var strategies = Strategies.Select(StrategyCatalog.Get).ToArray();
        RefuseTwice(("data set", Data), ("architecture", Architectures), ("strategy", [.. strategies.Select(strategy => strategy.Name)]),
            ("quantizer", Quantizers), ("test set", TestSets ?? []));
        if (Seeds < 1)
            throw new UsageException($"{Seeds} seeds were asked for; at least 1 is needed.");
        if (TestSamples < 1)
            throw new UsageException($"{TestSamples} test samples were asked for; at least 1 is needed.");
        var models =
            from source in Data.Select(name => Catalog.Get<IDataSource>("data set", name))
            from architecture in Architectures.Select(name => Catalog.Get<IArchitecture>("architecture", name))
            from strategy in strategies
            from seed in Enumerable.Range(0, Seeds)
            select new ModelTraining(
                source, architecture, strategy.For(source.Schedule.With(Epochs)), OptionsOf(source, strategy, (ulong)seed));
        var list = models.ToArray();
        if (list.Length == 0)
            throw new UsageException("The study is empty; name at least one data set, architecture and strategy.");
        foreach (var model in list)
            model.Strategy.Validate(model.Options);
        return list;
    }

    private static void RefuseTwice(params ReadOnlySpan<(string Kind, IReadOnlyList<string> Names)> lists)
    {
        foreach (var (kind, names) in lists)
            if (names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
                throw new UsageException($"The {kind} '{twice.Key}' is named twice; name each once.");
    }

    private TrainingOptions OptionsOf(IDataSource source, ComposedStrategy strategy, ulong seed)
    {
        var defaults = ModelTraining.Defaults(source, strategy);
        return defaults.Keeping(Keep) with { Epochs = Epochs ?? defaults.Epochs, BatchSize = Batch ?? defaults.BatchSize, Seed = seed };
    }

    private List<EvaluationRows> RunModel(ModelTraining training, string position, Backend backend, IDataset train, IDataset test,
        IQuantizer[] quantizers, OpenedTestSet[] testSets, string output, CancellationToken cancellation)
    {
        using var run = RunFolder.Open(Path.Combine(output, "runs"), Configuration(training, backend), backend.Device.Name);
        var saved = run.IsFinished ? SavedModel.Read(run.Path) : Train(training, position, backend, train, test, run, cancellation);
        var samples = Math.Min(test.Count, TestSamples ?? int.MaxValue);
        using var evaluation = new ModelEvaluation(saved, backend, train, run, samples, Quiet);
        var rows = new List<EvaluationRows>();
        foreach (var testSet in testSets)
        {
            cancellation.ThrowIfCancellationRequested();
            rows.AddRange(evaluation.Rows(testSet, quantizers, cancellation));
        }
        return rows;
    }

    private SavedModel Train(ModelTraining training, string position, Backend backend, IDataset train, IDataset test, RunFolder run,
        CancellationToken cancellation)
    {
        var card = training.Card;
        var title = string.Create(CultureInfo.InvariantCulture,
            $"{position} {card.Dataset} {card.Architecture} {card.Strategy} seed {card.Seed}");
        using var progress = ProgressDisplay.Create(title, Quiet);
        var saved = training.Run(backend, train, test, run.Path, progress, cancellation);
        run.Finish();
        return saved;
    }

    /// <summary>What decides the trained model. Test sets and quantizers do not: they can be added without training again.</summary>
    private static JsonObject Configuration(ModelTraining training, Backend backend) => new()
    {
        ["version"] = Version,
        ["dataset"] = training.Source.Name,
        ["architecture"] = training.Architecture.Name,
        ["strategy"] = training.Strategy.Identity,
        ["options"] = training.Options.ToString(),
        ["device"] = backend.Device.Name,
    };
}
