using System.CommandLine;
using System.Globalization;
using GpuQuant.Data;
using GpuQuant.Experiments;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Onnx;
using GpuQuant.Quantization.Schemes;

namespace GpuQuant.Cli;

/// <summary><c>gpuquant export</c>: writes a model as an ONNX file and, if wanted, compares it in ONNX Runtime.</summary>
internal static class ExportCommand
{
    /// <summary>Between probabilities of float nets: sums in another order.</summary>
    private const float FloatTolerance = 1e-4f;

    /// <summary>The share of classes that may differ where ONNX cannot say the model's own rounding.</summary>
    private const double OtherRoundingShare = 0.01;

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var (model, device, folder, quiet) = (ModelOptions.Model(), ModelOptions.Device(), CommonOptions.DataDir(), CommonOptions.Quiet());
        var scheme = new Option<string?>("--scheme")
        {
            Description = "Quantizes the trained model first: " + ModelOptions.Known<IQuantizer>() + ".",
            HelpName = "Q",
        };
        var output = new Option<string>("--out") { Description = "The file to write.", HelpName = "FILE.onnx", Required = true };
        var format = new Option<string>("--format")
        {
            Description = "How integer layers are written: qdq, float layers between DequantizeLinear and QuantizeLinear, which runtimes "
                + "fuse; or qlinear, QLinearConv for convolutions and dense layers, the rest as qdq.",
            HelpName = "F",
            DefaultValueFactory = _ => "qdq",
        }.AcceptOnlyFromAmong("qdq", "qlinear");
        var check = new Option<bool>("--check")
        {
            Description = "Runs the file in ONNX Runtime on test samples and compares: probabilities of a float net must agree within "
                + "0.0001, classes of onnx-qdq all, of other schemes, whose rounding ONNX does not have, 99%.",
        };
        var samples = new Option<int>("--samples")
        {
            Description = "How many test samples --check takes.",
            HelpName = "N",
            DefaultValueFactory = _ => 1000,
        };
        var command = new Command("export", "Writes a model as an ONNX file (opset 21); the input is a batch of images, channels last, "
            + "or of word numbers, int32."
            + "\n\nExample: gpuquant export --model runs/lenet5 --scheme onnx-qdq --out lenet5.onnx --check")
            { model, scheme, output, format, check, samples, device, folder, quiet };
        command.SetAction(parsed =>
        {
            var (target, count) = (parsed.GetRequiredValue(output), parsed.GetValue(samples));
            if (count < 1)
                throw new UsageException($"A check on {count} samples was asked for; at least 1 is needed.");
            var quantizer = parsed.GetValue(scheme) is { } name ? ModelOptions.Quantizer(name) : null;
            var saved = SavedModel.Read(parsed.GetRequiredValue(model));
            using var backend = ModelOptions.Open(parsed.GetRequiredValue(device));
            if (quantizer is not null)
                saved = QuantizeCommand.Quantize(saved, quantizer, backend, CommonOptions.DataFolder(parsed, folder));
            var content = OnnxExport.Bytes(
                saved.Model, new OnnxOptions { HasQLinearLayers = parsed.GetRequiredValue(format) == "qlinear" });
            AtomicFile.Write(target, stream => stream.Write(content));
            Say(parsed, quiet, string.Create(CultureInfo.InvariantCulture,
                $"{saved.Card.Architecture} ({saved.Card.Quantizer}): {content.Length:N0} bytes; file: {target}"));
            if (!parsed.GetValue(check))
                return;
            var test = Subset.First(Catalog.Get<IDataSource>("data set", saved.Card.Dataset)
                .Load(DataPart.Test, CommonOptions.DataFolder(parsed, folder)), count);
            var comparison = OnnxComparison.Of(backend, saved, content, test);
            Say(parsed, quiet, string.Create(CultureInfo.InvariantCulture, $"in ONNX Runtime, {comparison.Samples:N0} test samples: "
                + $"{comparison.DifferentClasses:N0} classes differ; the largest difference of a probability is "
                + $"{comparison.LargestDifference:0.0e+0}"));
            Judge(saved.Card.Quantizer, comparison, target);
        });
        return command;
    }

    private static void Judge(string quantizer, OnnxComparison comparison, string target)
    {
        var isAgreed = quantizer switch
        {
            OnnxQdqQuantizer.SchemeName => comparison.DifferentClasses == 0,
            "tflite8" => comparison.DifferentClasses <= comparison.Samples * OtherRoundingShare,
            _ => comparison.LargestDifference <= FloatTolerance,
        };
        if (!isAgreed)
            throw new ComputationException(string.Create(CultureInfo.InvariantCulture, $"The export '{target}' ({quantizer}) does not agree "
                + $"with the model: {comparison.DifferentClasses} of {comparison.Samples} classes differ, probabilities by up to "
                + $"{comparison.LargestDifference}. The file is there to look into; do not deploy it."));
    }

    private static void Say(ParseResult parsed, Option<bool> quiet, string line)
    {
        if (!parsed.GetValue(quiet))
            parsed.InvocationConfiguration.Output.WriteLine(line);
    }
}
