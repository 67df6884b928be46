using System.CommandLine;
using GpuQuant.Data;
using GpuQuant.Evaluation;
using GpuQuant.Experiments;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Shifts;

namespace GpuQuant.Cli;

/// <summary><c>gpuquant evaluate</c>: a model on test sets, alone or against its float reference.</summary>
internal static class EvaluateCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var (model, device, folder, json) = (ModelOptions.Model(), ModelOptions.Device(), CommonOptions.DataDir(), ModelOptions.Json());
        var reference = new Option<string?>("--reference")
        {
            Description = "The float model to compare with: disagreements with it are counted.",
            HelpName = "DIR",
        };
        var testSets = ModelOptions.Names(
            "--test-set", $"Test sets: {ModelOptions.KnownTestSets}; fog:2+jpeg_compression:5 is a chain (default: original).", "T,..");
        var (output, cache) = (ModelOptions.Output("MODEL/evaluation"), ModelOptions.CacheDir());
        var command = new Command("evaluate", "Evaluates a model on test sets; writes rows.parquet (a row per input) and rq1.csv."
            + "\n\nExample: gpuquant evaluate --model runs/lenet5-tflite8 --reference runs/lenet5 --test-set original,fog --out runs/e")
            { model, reference, testSets, device, folder, cache, output, json };
        command.SetAction(parsed =>
        {
            var names = parsed.GetValue(testSets) is { Length: > 0 } given ? given : [TestSet.Original];
            var sets = names.Select(ModelOptions.TestSet).ToArray();
            var deployed = SavedModel.Read(parsed.GetRequiredValue(model));
            var floating = parsed.GetValue(reference) is { } path ? SavedModel.Read(path) : null;
            CheckPair(deployed, floating);
            var source = Catalog.Get<IDataSource>("data set", deployed.Card.Dataset);
            using var backend = ModelOptions.Open(parsed.GetRequiredValue(device));
            var original = source.Load(DataPart.Test, CommonOptions.DataFolder(parsed, folder));
            var opener = new TestSetOpener(source.Name, original, CommonOptions.DataFolder(parsed, folder), TestSetCatalog.All)
            {
                Cache = new ShiftCache(
                    parsed.GetValue(cache) ?? ShiftCache.DefaultFolder, parsed.InvocationConfiguration.Error.WriteLine),
            };
            var rows = sets.Select(opener.Open).ToArray().SelectMany(set => Rows(backend, deployed, floating, set)).ToArray();
            var target = parsed.GetValue(output) ?? Path.Combine(parsed.GetRequiredValue(model), "evaluation");
            EvaluationReport.Write(rows, target, backend.Device, parsed.GetValue(json), CommonOptions.Output(parsed));
        });
        return command;
    }

    private static IEnumerable<EvaluationRows> Rows(
        Backends.Backend backend, SavedModel deployed, SavedModel? floating, OpenedTestSet testSet)
    {
        var card = deployed.Card;
        var key = new CellKey(card.Dataset, card.Architecture, card.Strategy, card.Seed, card.Quantizer, testSet.Name);
        using var display = CountDisplay.Create($"{card.Dataset} {testSet.Name}", quiet: false);
        var data = testSet.Load(display.Show);
        var answers = Predictions.Of(backend, deployed.Model, deployed.Preprocessing, data);
        if (floating is null)
            return [Comparison.Rows(key, testSet.Origin, data, answers, answers)];
        var expected = Predictions.Of(backend, floating.Model, floating.Preprocessing, data);
        return [Comparison.Rows(key with { Quantizer = Rq1Row.Reference }, testSet.Origin, data, expected, expected),
            Comparison.Rows(key, testSet.Origin, data, expected, answers)];
    }

    /// <summary>Throws unless a model was made from the other.</summary>
    internal static void CheckPair(SavedModel deployed, SavedModel? floating)
    {
        if (floating is null && deployed.Card.Quantizer != Rq1Row.Reference)
            throw new UsageException($"The model is quantized ({deployed.Card.Quantizer}); give the float model that it was made from "
                + "with --reference, or there is nothing to disagree with.");
        if (floating is not null && floating.Card != deployed.Card with { Quantizer = floating.Card.Quantizer })
            throw new UsageException($"The model and its reference do not belong together: {deployed.Card} and {floating.Card}.");
    }
}
