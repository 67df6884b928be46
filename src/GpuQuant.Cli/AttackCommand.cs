using System.CommandLine;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Evaluation;
using GpuQuant.Experiments;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Shifts;
using GpuQuant.Training;

namespace GpuQuant.Cli;

/// <summary><c>gpuquant attack</c>: a float model under an attack, and whether the attack misleads its quantized versions too.</summary>
internal static class AttackCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var (model, device, folder, json) = (ModelOptions.Model(), ModelOptions.Device(), CommonOptions.DataDir(), ModelOptions.Json());
        var quantized = ModelOptions.Names("--quantized", "Folders of models quantized from it (default: none).", "DIR,..");
        var (images, words) = (new AttackArguments(), new WordAttackArguments());
        var (seed, output) = (CommonOptions.Seed(), ModelOptions.Output("MODEL/attack"));
        var count = new Option<int>("--count")
        {
            Description = "How many test samples to attack, the first ones (default: all).",
            HelpName = "N",
            DefaultValueFactory = _ => int.MaxValue,
        };
        var command = new Command("attack", "Attacks a float model's test samples; writes rows.parquet (a row per input) and rq1.csv for "
            + "the samples before and after, with a row per model."
            + "\n\nExample: gpuquant attack --model runs/lenet5 --quantized runs/lenet5-tflite8 --attack pgd --eps 0.3 --out runs/attack")
            { model, quantized, count, seed, device, folder, output, json };
        foreach (var option in images.All.Concat(words.All))
            command.Add(option);
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(count) < 1)
                throw new UsageException($"--count takes a number from 1 on, got {parsed.GetValue(count)}.");
            var attacked = SavedModel.Read(parsed.GetRequiredValue(model));
            var versions = (parsed.GetValue(quantized) ?? []).Select(SavedModel.Read).ToArray();
            Check(attacked, versions);
            var source = Catalog.Get<IDataSource>("data set", attacked.Card.Dataset);
            var attack = AttackOf(parsed, source.Schedule, images, words);
            using var backend = ModelOptions.Open(parsed.GetRequiredValue(device));
            var data = CommonOptions.DataFolder(parsed, folder);
            var original = Subset.First(source.Load(DataPart.Test, data), parsed.GetValue(count));
            var changed = attack.Run(backend, attacked, original, () => source.Load(DataPart.Train, data), parsed.GetValue(seed));
            EvaluationRows[] rows = [.. Rows(backend, attacked, versions, TestSet.Original, OpenedTestSet.OriginalOrigin, original),
                .. Rows(backend, attacked, versions, attack.Name, AdversarialSet.Origin, changed)];
            var target = parsed.GetValue(output) ?? Path.Combine(parsed.GetRequiredValue(model), "attack");
            EvaluationReport.Write(rows, target, backend.Device, parsed.GetValue(json), CommonOptions.Output(parsed));
        });
        return command;
    }

    private static void Check(SavedModel attacked, SavedModel[] versions)
    {
        if (attacked.Card.Quantizer != Rq1Row.Reference)
            throw new UsageException($"The model is quantized ({attacked.Card.Quantizer}) and has no gradient to attack it by; give its "
                + "float model with --model, and this one with --quantized.");
        foreach (var version in versions)
            EvaluateCommand.CheckPair(version, attacked);
        if (versions.GroupBy(version => version.Card.Quantizer).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new UsageException($"Two of the quantized models are of the same scheme, {twice.Key}; give each scheme once.");
    }

    private delegate IDataset RunAttack(Backend backend, SavedModel model, IDataset data, Func<IDataset> training, ulong seed);

    /// <summary>The attack that suits the samples: its name in result rows, and what attacks them.</summary>
    private static (string Name, RunAttack Run) AttackOf(
        ParseResult parsed, TrainingSchedule schedule, AttackArguments images, WordAttackArguments words)
    {
        RuleArguments.RefuseForeign(parsed, schedule.IsText ? images.All : words.All, schedule.IsText ? "images" : "texts");
        if (schedule.IsText)
        {
            var exchange = words.Of(parsed, new());
            exchange.Validate();
            return (exchange.Name, (backend, model, data, training, _) => Shown(data, exchange.Name, show =>
                AdversarialSet.Of(backend, model.Model, data, training(), exchange, show)));
        }
        var attack = images.Of(parsed, schedule.Attack);
        attack.Validate();
        return (attack.Name, (backend, model, data, _, seed) => Shown(data, attack.Name, show =>
            AdversarialSet.Of(backend, model.Model, model.Preprocessing, data, attack, seed, show)));
    }

    private static IDataset Shown(IDataset data, string attack, Func<Action<int, int>, IDataset> run)
    {
        using var display = CountDisplay.Create($"{data.Name} {attack}", quiet: false);
        return run(display.Show);
    }

    private static IEnumerable<EvaluationRows> Rows(
        Backend backend, SavedModel attacked, SavedModel[] versions, string testSet, string origin, IDataset data)
    {
        var expected = Predictions.Of(backend, attacked.Model, attacked.Preprocessing, data);
        yield return Comparison.Rows(KeyOf(attacked), origin, data, expected, expected);
        foreach (var version in versions)
            yield return Comparison.Rows(
                KeyOf(version), origin, data, expected, Predictions.Of(backend, version.Model, version.Preprocessing, data));

        CellKey KeyOf(SavedModel model) => new(model.Card.Dataset, model.Card.Architecture, model.Card.Strategy, model.Card.Seed,
            model.Card.Quantizer, testSet);
    }
}
