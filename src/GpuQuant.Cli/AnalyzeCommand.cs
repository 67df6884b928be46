using System.CommandLine;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Evaluation;
using GpuQuant.Experiments;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Shifts;
using Spectre.Console;

namespace GpuQuant.Cli;

/// <summary><c>gpuquant analyze</c>: what a quantization scheme does to a trained model, layer by layer, on clean and shifted data.</summary>
internal static class AnalyzeCommand
{
    private const int MostTestSets = 8;

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var (model, device, folder) = (ModelOptions.Model(), ModelOptions.Device(), CommonOptions.DataDir());
        var scheme = new Option<string>("--scheme")
        { Description = "The scheme: " + ModelOptions.Known<IQuantizer>() + ".", HelpName = "Q", Required = true };
        var testSets = ModelOptions.Names("--test-set",
            $"Test sets to compare on, at most {MostTestSets}: {ModelOptions.KnownTestSets} (default: original).", "T,..");
        var count = new Option<int>("--count")
        { Description = "How many samples of each test set.", HelpName = "N", DefaultValueFactory = _ => 1000 };
        var sensitivity = new Option<bool>("--sensitivity")
        { Description = "Also rounds one layer's weights at a time and says what that does to the logits." };
        var (output, cache) = (ModelOptions.Output("MODEL/SCHEME-analysis"), ModelOptions.CacheDir());
        var command = new Command("analyze", "Compares a trained model with its quantized form layer by layer; writes the quantized model, "
            + "layers.csv, costs.csv and pictures.\n\nExample: gpuquant analyze --model runs/lenet5 --scheme tflite8 --test-set original,fog")
            { model, scheme, testSets, count, sensitivity, device, folder, cache, output };
        command.SetAction(parsed =>
        {
            var sets = TestSets(parsed.GetValue(testSets) ?? []);
            if (parsed.GetValue(count) is var samples && samples < 1)
                throw new UsageException($"An analysis of {samples} samples was asked for; at least 1 is needed.");
            var quantizer = ModelOptions.Quantizer(parsed.GetRequiredValue(scheme));
            var trained = SavedModel.Read(parsed.GetRequiredValue(model));
            using var backend = ModelOptions.Open(parsed.GetRequiredValue(device));
            var source = Catalog.Get<IDataSource>("data set", trained.Card.Dataset);
            var data = CommonOptions.DataFolder(parsed, folder);
            var opener = new TestSetOpener(source.Name, source.Load(DataPart.Test, data), data, TestSetCatalog.All)
            {
                Samples = samples,
                Cache = new ShiftCache(
                    parsed.GetValue(cache) ?? ShiftCache.DefaultFolder, parsed.InvocationConfiguration.Error.WriteLine),
            };
            var opened = sets.Select(opener.Open).ToArray();
            var deployed = QuantizeCommand.Quantize(trained, quantizer, backend, data);
            var target = parsed.GetValue(output) ?? Path.Combine(parsed.GetRequiredValue(model), quantizer.Name + "-analysis");
            var file = deployed.Write(target, quantizer.Encode);
            var analysis = LayerAnalysis.Of(backend, trained, deployed, file, opened.Select(set => (set.Name, Load(source, set))));
            LayerAnalysisTable.Write(analysis, CommonOptions.Output(parsed));
            string[] paths = [file, .. AnalysisReport.Write(analysis, target)];
            if (parsed.GetValue(sensitivity))
                paths = [.. paths, .. Sensitivity(backend, trained, deployed, Load(source, opened[0]), target, CommonOptions.Output(parsed))];
            foreach (var path in paths)
                parsed.InvocationConfiguration.Output.WriteLine(path);
        });
        return command;
    }

    private static TestSet[] TestSets(string[] given)
    {
        if (given.Length > MostTestSets)
            throw new UsageException($"{given.Length} test sets were named; a picture shows at most {MostTestSets}.");
        if (given.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new UsageException($"The test set '{twice.Key}' is named twice; name each once.");
        return [.. given.DefaultIfEmpty(TestSet.Original).Select(ModelOptions.TestSet)];
    }

    private static IDataset Load(IDataSource source, OpenedTestSet set)
    {
        using var display = CountDisplay.Create($"{source.Name} {set.Name}", quiet: false);
        return set.Load(display.Show);
    }

    private static string[] Sensitivity(
        Backend backend, SavedModel trained, SavedModel deployed, IDataset data, string folder, IAnsiConsole console)
    {
        var sensitivities = WeightSensitivity.Of(backend, trained.Model, deployed.Model, deployed.Preprocessing, data);
        var table = new Table().Border(TableBorder.Rounded).AddColumn("only layer")
            .AddColumn(new TableColumn("logits dB").RightAligned()).AddColumn(new TableColumn("MSE").RightAligned());
        foreach (var layer in sensitivities.OrderBy(layer => layer.Logits.SqnrDb))
            table.AddRow(Markup.Escape(layer.Layer), LayerAnalysisTable.Decibels(layer.Logits.SqnrDb),
                layer.Logits.Mse.ToString("G3", System.Globalization.CultureInfo.InvariantCulture));
        console.Write(table);
        var picture = Path.Combine(folder, "pictures", "sensitivity");
        var net = $"{deployed.Card.Architecture} on {deployed.Card.Dataset}, {deployed.Card.Quantizer}";
        return AnalysisReport.WriteSensitivity(sensitivities, net, data.Count, picture) ? [picture + ".png"] : [];
    }
}
