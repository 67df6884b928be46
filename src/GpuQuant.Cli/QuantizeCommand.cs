using System.CommandLine;
using System.Globalization;
using GpuQuant.Data;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;

namespace GpuQuant.Cli;

/// <summary><c>gpuquant quantize</c>: turns a trained model into a deployed one.</summary>
internal static class QuantizeCommand
{
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
        var output = ModelOptions.Output("MODEL/SCHEME");
        var command = new Command("quantize", "Quantizes a trained model; where calibration is needed, on the training set's first samples."
            + "\n\nExample: gpuquant quantize --model runs/lenet5 --scheme tflite8 --out runs/lenet5-tflite8")
            { model, scheme, device, folder, output, quiet };
        command.SetAction(parsed =>
        {
            var quantizer = ModelOptions.Quantizer(parsed.GetRequiredValue(scheme));
            var saved = SavedModel.Read(parsed.GetRequiredValue(model));
            if (saved.Card.Quantizer != "float32")
                throw new UsageException(
                    $"{parsed.GetValue(model)} is quantized already ({saved.Card.Quantizer}); give the trained model.");
            var source = Catalog.Get<IDataSource>("data set", saved.Card.Dataset);
            using var backend = ModelOptions.Open(parsed.GetRequiredValue(device));
            var train = source.Load(DataPart.Train, CommonOptions.DataFolder(parsed, folder));
            var quantized = quantizer.Quantize(saved.Model, new CalibrationData(backend, train, saved.Preprocessing));
            var deployed = saved with { Card = saved.Card with { Quantizer = quantizer.Name }, Model = quantized };
            var target = parsed.GetValue(output) ?? Path.Combine(parsed.GetRequiredValue(model), quantizer.Name);
            var path = deployed.Write(target, quantizer.Encode);
            if (!parsed.GetValue(quiet))
                parsed.InvocationConfiguration.Output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{quantizer.Name}: {quantizer.Description}; {new FileInfo(path).Length:N0} bytes; model: {path}"));
        });
        return command;
    }
}
