using System.Globalization;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Training;
using GpuQuant.Training.Strategies;

namespace GpuQuant.Experiments;

/// <summary>
/// A grid of models, each trained once, deployed by every quantizer and run on every test set. Every choice is a name from the catalogue;
/// all are checked before the first training. What is done is not done again, what was broken off goes on where it was.
/// </summary>
/// <example>
/// <code>
/// var sweep = new Sweep { Architectures = ["lenet5"], Quantizers = ["tflite8", "w4a8"], TestSets = ["original", "fog"], Seeds = 3 }
///     .Over("rate", [1e-3f, 1e-4f], (options, rate) => options with { Optimizer = new Adam { LearningRate = rate } });
/// var frame = sweep.Run("runs/rates").Disagreement().Pivot("strategy", "quantizer", "disagreement_pct");
/// </code>
/// </example>
public record Sweep
{
    /// <summary>Data sets.</summary>
    public IReadOnlyList<string> Data { get; init; } = ["glyphs"];

    /// <summary>Nets; null: those of the study for each data set.</summary>
    public IReadOnlyList<string>? Architectures { get; init; }

    /// <summary>Ways to train; null: those of the study for each data set, and standard for the sets that GpuQuant makes itself.</summary>
    public IReadOnlyList<string>? Strategies { get; init; }

    /// <summary>Deployments.</summary>
    public IReadOnlyList<string> Quantizers { get; init; } = StudyOrder.Deployments;

    /// <summary>Test sets; null: those of the study for each data set (<see cref="Shifts.KnownTestSets.Of"/>).</summary>
    public IReadOnlyList<string>? TestSets { get; init; }

    /// <summary>Shifts named without a severity are taken at each of these that they have; null: at their published one.</summary>
    public IReadOnlyList<int>? Severities { get; init; }

    /// <summary>Trainings per model, with the seeds 0, 1, ...</summary>
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

    /// <summary>Only the first samples of each training set; null: all.</summary>
    public int? TrainSamples { get; init; }

    /// <summary>Only the first samples of each test set; null: all.</summary>
    public int? TestSamples { get; init; }

    /// <summary>Whether models of the strategy standard are trained further with their disagreements (<see cref="Retraining"/>).</summary>
    public bool Retrain { get; init; }

    /// <summary>Where to compute.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>The data folder; null: the default one.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Where computed test sets are kept; null: <see cref="Shifts.ShiftCache.DefaultFolder"/>.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>Whether to keep silent on stderr.</summary>
    public bool Quiet { get; init; }

    /// <summary>Whether the first run that fails ends the sweep; otherwise the others are done first.</summary>
    public bool FailFast { get; init; }

    /// <summary>What runs the runs.</summary>
    public ILauncher Launcher { get; init; } = new LocalLauncher();

    private IReadOnlyList<Func<ModelTraining, IEnumerable<ModelTraining>>> Axes { get; init; } = [];

    private IReadOnlyList<Func<ModelTraining, bool>> Filters { get; init; } = [];

    /// <summary>
    /// The sweep with a further axis: every model once with each value. The values stand behind the strategy's name in the rows, as in
    /// <c>standard[rate=0.001]</c>.
    /// </summary>
    /// <param name="name">The axis: letters, digits, dots, hyphens and underscores.</param>
    /// <param name="values">Its values.</param>
    /// <param name="apply">The options with a value.</param>
    /// <exception cref="UsageException">There is no value, one is given twice, or the name cannot be shown.</exception>
    public Sweep Over<T>(string name, IReadOnlyList<T> values, Func<TrainingOptions, T, TrainingOptions> apply)
    {
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
            throw new UsageException($"An axis was named '{name}'; take letters, digits, dots, hyphens and underscores.");
        if (values.Count == 0)
            throw new UsageException($"The axis {name} has no values; give it at least one.");
        var texts = values.Select(value => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "").ToArray();
        if (texts.GroupBy(text => text).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new UsageException($"The axis {name} has the value '{twice.Key}' twice; give each once.");
        return this with { Axes = [.. Axes, Along] };

        IEnumerable<ModelTraining> Along(ModelTraining model) => values.Zip(texts, (value, text) => model with
        {
            Options = apply(model.Options, value),
            Variant = model.Variant is null ? $"{name}={text}" : $"{model.Variant},{name}={text}",
        });
    }

    /// <summary>The sweep without the models that do not pass, such as those of a strategy on one of its data sets.</summary>
    public Sweep Where(Func<ModelTraining, bool> filter) => this with { Filters = [.. Filters, filter] };

    /// <summary>
    /// The sweep as small as it can be, to see that everything works: one epoch on 256 training samples, 128 test samples. What comes out
    /// says nothing.
    /// </summary>
    public Sweep Quick() => this with { Epochs = 1, TrainSamples = 256, TestSamples = 128 };

    /// <summary>What is to be run, and how much of it is done already; nothing is computed.</summary>
    /// <param name="output">The sweep's folder; each model's run is a folder in <c>runs</c> below it.</param>
    /// <exception cref="UsageException">A name is unknown, an option makes no sense, or the grid is empty.</exception>
    /// <exception cref="DataException">Data are missing or damaged.</exception>
    public SweepPlan Plan(string output)
    {
        var quantizers = Quantizers.Select(name => Catalog.Get<IQuantizer>("quantizer", name)).ToArray();
        return new SweepPlan(this, output, Expand(), quantizers, Devices.Describe(Device, Catalog.All<IBackendProvider>()));
    }

    /// <summary>Runs what is not done yet and gives the results of everything.</summary>
    /// <param name="output">The sweep's folder; each model's run is a folder in <c>runs</c> below it.</param>
    /// <param name="cancellation">Stops after the current step; started again, the sweep goes on there.</param>
    /// <exception cref="UsageException">
    /// A name is unknown, an option makes no sense, the grid is empty, or another process runs this sweep.
    /// </exception>
    /// <exception cref="DataException">Data or results are missing or damaged.</exception>
    /// <exception cref="SweepException">Runs failed; the others are done, and their results are in the exception.</exception>
    public Results Run(string output, CancellationToken cancellation = default)
    {
        using var plan = Plan(output);
        if (Worker.IsFor(plan))
            Worker.Serve(plan, cancellation);
        var todo = plan.Runs.Where(run => !run.IsFinished).ToArray();
        if (todo.Length == 0)
            return plan.Results();
        plan.Validate();
        using var alone = plan.Lock();
        plan.WriteIndex();
        var failures = Launcher.Launch(plan, todo, cancellation);
        cancellation.ThrowIfCancellationRequested();
        return failures.Count == 0 ? plan.Results() : throw new SweepException(failures, plan);
    }

    private ModelTraining[] Expand()
    {
        RefuseTwice(("data set", Data), ("architecture", Architectures ?? []),
            ("strategy", [.. (Strategies ?? []).Select(name => StrategyCatalog.Get(name).Name)]),
            ("quantizer", Quantizers), ("test set", TestSets ?? []));
        if (Seeds < 1)
            throw new UsageException($"{Seeds} seeds were asked for; at least 1 is needed.");
        if (TrainSamples < 1)
            throw new UsageException($"{TrainSamples} training samples were asked for; at least 1 is needed.");
        if (TestSamples < 1)
            throw new UsageException($"{TestSamples} test samples were asked for; at least 1 is needed.");
        var models =
            from source in Data.Select(name => Catalog.Get<IDataSource>("data set", name))
            from name in Architectures ?? StudyGrid.Architectures(source)
            let architecture = Catalog.Get<IArchitecture>("architecture", name)
            from strategy in (Strategies ?? StudyGrid.Strategies(source)).Select(StrategyCatalog.Get)
            from seed in Enumerable.Range(0, Seeds)
            select new ModelTraining(
                source, architecture, strategy.For(source.Schedule.With(Epochs)), OptionsOf(source, strategy, (ulong)seed));
        var grid = Axes.Aggregate(models, (all, axis) => all.SelectMany(axis));
        var list = grid.Where(model => Filters.All(filter => filter(model))).ToArray();
        if (list.Length == 0)
            throw new UsageException(grid.Any()
                ? "The grid is empty: no model passes its filters; loosen one."
                : "The grid is empty; name at least one data set, architecture and strategy.");
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
}
