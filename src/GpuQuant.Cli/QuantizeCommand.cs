using System.CommandLine;
using System.Globalization;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;

namespace GpuQuant.Cli;

/// <summary><c>gpuquant quantize</c>: turns a trained model into a deployed one.</summary>
internal static class QuantizeCommand
{
    private const string RoundAndSaturate = "round_saturate", Truncate = "truncate";

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var (model, device, folder, quiet) = (ModelOptions.Model(), ModelOptions.Device(), CommonOptions.DataDir(), CommonOptions.Quiet());
        var scheme = new Option<string>("--scheme")
        {
            Description = "The scheme: " + ModelOptions.Known<IQuantizer>() + ".",
            HelpName = "Q",
            Required = true,
        };
        var cast = new Option<string>("--input-cast")
        {
            Description = "How float inputs become integers: round_saturate, or truncate, as the study's harness did (tflite8 only; the "
                + "deployed model is then one of tflite8-truncate).",
            DefaultValueFactory = _ => RoundAndSaturate,
        };
        cast.AcceptOnlyFromAmong(RoundAndSaturate, Truncate);
        var output = ModelOptions.Output("MODEL/SCHEME");
        var command = new Command("quantize", "Quantizes a trained model; where calibration is needed, on the training set's first samples."
            + "\n\nExample: gpuquant quantize --model runs/lenet5 --scheme tflite8 --out runs/lenet5-tflite8")
            { model, scheme, cast, device, folder, output, quiet };
        command.SetAction(parsed =>
        {
            var quantizer = Quantizer(parsed.GetRequiredValue(scheme), parsed.GetRequiredValue(cast));
            var saved = SavedModel.Read(parsed.GetRequiredValue(model));
            using var backend = ModelOptions.Open(parsed.GetRequiredValue(device));
            var deployed = Quantize(saved, quantizer, backend, CommonOptions.DataFolder(parsed, folder));
            var target = parsed.GetValue(output) ?? Path.Combine(parsed.GetRequiredValue(model), quantizer.Name);
            var path = deployed.Write(target, quantizer.Encode);
            if (!parsed.GetValue(quiet))
                parsed.InvocationConfiguration.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{quantizer.Name}: {quantizer.Description}; {new FileInfo(path).Length:N0} bytes; model: {path}"));
        });
        return command;
    }

    /// <summary>Another input cast is a scheme of another name, so that result rows tell them apart.</summary>
    private static IQuantizer Quantizer(string scheme, string cast)
    {
        var quantizer = ModelOptions.Quantizer(scheme);
        return cast == RoundAndSaturate
            ? quantizer
            : Catalog.All<IQuantizer>().FirstOrDefault(other => other.Name == $"{quantizer.Name}-{cast}")
            ?? throw new UsageException($"{quantizer.Name} has no input cast '{cast}'; only tflite8 has one.");
    }

    /// <summary>The deployed model of a trained one.</summary>
    /// <exception cref="UsageException">The model is quantized already.</exception>
    public static SavedModel Quantize(SavedModel trained, IQuantizer quantizer, Backend backend, string dataFolder)
    {
        if (trained.Card.Quantizer != "float32")
            throw new UsageException($"The model is quantized already ({trained.Card.Quantizer}); give the trained model.");
        var train = Catalog.Get<IDataSource>("data set", trained.Card.Dataset).Load(DataPart.Train, dataFolder);
        var quantized = quantizer.Quantize(trained.Model, new CalibrationData(backend, train, trained.Preprocessing));
        return trained with { Card = trained.Card with { Quantizer = quantizer.Name }, Model = quantized };
    }
}
