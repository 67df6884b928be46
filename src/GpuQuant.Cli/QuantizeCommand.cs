using System.CommandLine;
using System.Globalization;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Parts;

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
        var allowFloat = new Option<bool>("--allow-float")
        {
            Description = "Layers without an integer form, such as a tanh, are computed in float; else they are an error.",
        };
        var output = ModelOptions.Output("MODEL/SCHEME");
        var samples = new Option<int?>("--calibration-samples")
        {
            Description = "How many samples to calibrate with, the first of the training set (default: the scheme's).",
            HelpName = "N",
        };
        var range = new Option<string>("--calibration")
        {
            Description = "Where the ranges of activations come from: minmax, percentile:99.99, mse, kl, average:0.9.",
            HelpName = "RULE",
            DefaultValueFactory = _ => "minmax",
        };
        var command = new Command("quantize", "Quantizes a trained model; where calibration is needed, on the training set's first samples."
            + "\n\nExample: gpuquant quantize --model runs/lenet5 --scheme tflite8 --out runs/lenet5-tflite8")
            { model, scheme, cast, allowFloat, device, folder, output, samples, range, quiet };
        command.SetAction(parsed =>
        {
            var quantizer = Quantizer(parsed.GetRequiredValue(scheme), parsed.GetRequiredValue(cast));
            if (parsed.GetValue(allowFloat))
                quantizer = quantizer is IAllowsFloat integers ? integers.AllowingFloat() : throw new UsageException(
                    $"The scheme {quantizer.Name} has no integer layers that --allow-float could replace; leave it out.");
            var (rule, count) = (RangeRule.Parse(parsed.GetRequiredValue(range)), parsed.GetValue(samples));
            if (count < 1)
                throw new UsageException($"--calibration-samples takes a number from 1 on, got {count}.");
            var saved = SavedModel.Read(parsed.GetRequiredValue(model));
            using var backend = ModelOptions.Open(parsed.GetRequiredValue(device));
            var deployed = Quantize(saved, quantizer, backend, CommonOptions.DataFolder(parsed, folder),
                calibration => calibration with { Samples = count, Range = rule });
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
    /// <param name="trained">The trained model.</param>
    /// <param name="quantizer">The scheme.</param>
    /// <param name="backend">The device.</param>
    /// <param name="dataFolder">Where its training set is.</param>
    /// <param name="choose">What the user wants of the calibration; null: nothing special.</param>
    /// <exception cref="UsageException">The model is quantized already.</exception>
    public static SavedModel Quantize(SavedModel trained, IQuantizer quantizer, Backend backend, string dataFolder,
        Func<CalibrationData, CalibrationData>? choose = null)
    {
        if (trained.Card.Quantizer != "float32")
            throw new UsageException($"The model is quantized already ({trained.Card.Quantizer}); give the trained model.");
        var train = Catalog.Get<IDataSource>("data set", trained.Card.Dataset).Load(DataPart.Train, dataFolder);
        var calibration = new CalibrationData(backend, train, trained.Preprocessing);
        var quantized = quantizer.Quantize(trained.Model, choose?.Invoke(calibration) ?? calibration);
        return trained with { Card = trained.Card with { Quantizer = quantizer.Name }, Model = quantized };
    }
}
