using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using GpuQuant.Data;
using GpuQuant.Evaluation;
using GpuQuant.Experiments;
using GpuQuant.Graphs;
using GpuQuant.Training;
using GpuQuant.Training.Optimizers;
using GpuQuant.Training.Strategies;

namespace GpuQuant.Cli;

/// <summary><c>gpuquant train</c>: trains one model into a folder.</summary>
internal static class TrainCommand
{
    private sealed record Options(
        Option<string> Data, Option<string> Architecture, Option<string> Strategy, Option<ulong> Seed, Option<int?> Epochs,
        Option<int?> Batch, Option<float?> LearningRate, Option<string> Optimizer, Option<double?> Validation, Option<string?> KeepBest,
        Option<string> Device, OptimizerArguments Updates, QatArguments Qat, RuleArguments Rules, Option<string?> From,
        Option<string?> DataDir, Option<string?> Output, Option<bool> Quiet, Option<bool> Json);

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var o = new Options(
            Named("--data", "D", "The data set: " + ModelOptions.Known<IDataSource>() + ".", "glyphs"),
            Named("--arch", "A", "The net: " + ModelOptions.Known<Models.IArchitecture>() + ".", "lenet5"),
            Named("--strategy", "S", "How to train: " + ModelOptions.KnownStrategies + ".", "standard"),
            CommonOptions.Seed(), ModelOptions.Epochs(), ModelOptions.Batch(),
            new("--learning-rate") { Description = "The step size (default: the optimizer's own).", HelpName = "R" },
            Named("--optimizer", "O", "How parameters change: " + ModelOptions.Known<Optimizer>() + ".", "adam"),
            new("--validation")
            {
                Description = "The share of the training set kept apart for validation (default: the data set's).",
                HelpName = "SHARE",
            },
            ModelOptions.KeepBest(),
            ModelOptions.Device(), new OptimizerArguments(), new QatArguments(), new RuleArguments(), new("--from")
            {
                Description = "A trained model of this net on this data set to go on from (default: first parameters by the seed). "
                    + "With the strategy qat the float phase is left out unless --float-epochs asks for one.",
                HelpName = "DIR",
            },
            CommonOptions.DataDir(), ModelOptions.Output("runs/DATA-ARCH-STRATEGY-SEED"), CommonOptions.Quiet(),
            ModelOptions.Json());
        var command = new Command("train", "Trains a model; started again, it goes on from its last checkpoint."
            + "\n\nExample: gpuquant train --data mnist --arch lenet5 --epochs 20 --seed 1 --out runs/lenet5")
        {
            o.Data, o.Architecture, o.Strategy, o.From, o.Seed, o.Epochs, o.Batch, o.LearningRate, o.Optimizer, o.Validation, o.KeepBest,
            o.Device, o.DataDir, o.Output, o.Quiet, o.Json,
        };
        foreach (var option in o.Updates.All.Concat(o.Qat.All).Concat(o.Rules.All))
            command.Add(option);
        command.SetAction((parsed, cancellation) => Task.Run(() => Run(parsed, o, cancellation), CancellationToken.None));
        return command;
    }

    private static int Run(ParseResult parsed, Options o, CancellationToken cancellation)
    {
        var source = Catalog.Get<IDataSource>("data set", parsed.GetRequiredValue(o.Data));
        var strategy = StrategyOf(parsed, o, source);
        var training = new ModelTraining(source, ModelOptions.Architecture(parsed.GetRequiredValue(o.Architecture)), strategy,
            TrainingOptionsOf(parsed, o, source, strategy))
        {
            Start = parsed.GetValue(o.From) is { } start ? Models.SavedModel.Read(start) : null,
        };
        training.Strategy.Validate(training.Options);
        using var backend = ModelOptions.Open(parsed.GetRequiredValue(o.Device));
        var folder = CommonOptions.DataFolder(parsed, o.DataDir);
        var (train, test) = (source.Load(DataPart.Train, folder), source.Load(DataPart.Test, folder));
        strategy.Check(train);
        var card = training.Card;
        var output = parsed.GetValue(o.Output) ?? string.Create(CultureInfo.InvariantCulture,
            $"runs/{card.Dataset}-{card.Architecture}-{card.Strategy}-{card.Seed}");
        var isQuiet = parsed.GetValue(o.Quiet) || parsed.GetValue(o.Json);
        if (!isQuiet)
            parsed.InvocationConfiguration.Error.Write(GraphSummary.Print(training.Architecture.Build(train.SampleShape, train.Classes)));
        using var progress = ProgressDisplay.Create($"{card.Dataset} {card.Architecture}", parsed.GetValue(o.Quiet));
        var saved = training.Run(backend, train, test, output, progress, cancellation);
        progress.Dispose();
        var accuracy = Accuracy(Predictions.Of(backend, saved.Model, saved.Preprocessing, test), test);
        var path = Path.Combine(output, Models.SavedModel.FileName);
        parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(o.Json)
            ? JsonSerializer.Serialize(new { model = path, device = backend.Device.Name, test_accuracy_pct = Math.Round(accuracy, 4) })
            : string.Create(CultureInfo.InvariantCulture, $"test accuracy {accuracy:F2}% on {test.Count:N0} samples; model: {path}"));
        return 0;
    }

    private static ComposedStrategy StrategyOf(ParseResult parsed, Options o, IDataSource source)
    {
        var named = StrategyCatalog.Get(parsed.GetRequiredValue(o.Strategy));
        var phases = o.Qat.Apply(parsed, named.Phases);
        if (phases is QatStrategy qat)
            phases = qat with { StartsTrained = parsed.GetValue(o.From) is not null };
        var strategy = (named with { Phases = phases }).For(source.Schedule.With(parsed.GetValue(o.Epochs)));
        return strategy with { Rules = o.Rules.Apply(parsed, strategy, source.Schedule) };
    }

    private static TrainingOptions TrainingOptionsOf(ParseResult parsed, Options o, IDataSource source, ComposedStrategy strategy)
    {
        var defaults = ModelTraining.Defaults(source, strategy);
        var validation = parsed.GetValue(o.Validation) ?? defaults.Validation;
        var keep = ModelOptions.Keep(parsed.GetValue(o.KeepBest));
        if (keep == Keep.BestOnTest)
            validation = parsed.GetValue(o.Validation) ?? 0;
        var named = Catalog.Get<Optimizer>("optimizer", parsed.GetRequiredValue(o.Optimizer));
        var optimizer = named.Name == defaults.Optimizer.Name ? defaults.Optimizer : named;
        return o.Updates.Apply(parsed, defaults with
        {
            Epochs = parsed.GetValue(o.Epochs) ?? defaults.Epochs,
            BatchSize = parsed.GetValue(o.Batch) ?? defaults.BatchSize,
            Optimizer = optimizer with { LearningRate = parsed.GetValue(o.LearningRate) ?? optimizer.LearningRate },
            Seed = parsed.GetValue(o.Seed),
            Validation = validation,
            Keep = keep ?? (validation > 0 ? defaults.Keep : Keep.Last),
        });
    }

    private static double Accuracy(Predictions predictions, IDataset data)
    {
        var correct = 0;
        for (var i = 0; i < data.Count; i++)
            correct += predictions.Classes[i] == data.Label(i) ? 1 : 0;
        return 100.0 * correct / data.Count;
    }

    private static Option<string> Named(string name, string help, string description, string value) =>
        new(name) { Description = description, HelpName = help, DefaultValueFactory = _ => value };
}
