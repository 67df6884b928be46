using System.CommandLine;
using GpuQuant.Data;
using GpuQuant.Numerics;
using GpuQuant.Shifts;

namespace GpuQuant.Cli;

/// <summary><c>gpuquant data make NAME</c>: writes a shifted data set in the layout in which MNIST-C is published.</summary>
internal static class DataMakeCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var (name, folder, seed, quiet) = (CommonOptions.DataSet(), CommonOptions.DataDir(), CommonOptions.Seed(), CommonOptions.Quiet());
        var (shift, severity, parameters, part, count, output) = (Shift(), Severity(), Parameters(), Part(), Count(), Output());
        var command = new Command("make", "Writes a shifted data set as OUT/<shift>/test_images.npy and test_labels.npy."
            + "\n\nExample: gpuquant data make mnist --shift rotate --severity 2 --param angle=0.4 --out mnist-c")
            { name, shift, severity, parameters, part, count, seed, output, folder, quiet };
        command.SetAction(parsed =>
        {
            var source = Catalog.Get<IDataSource>("data set", parsed.GetRequiredValue(name));
            var values = ParseParameters(parsed.GetValue(parameters) ?? []);
            var which = parsed.GetValue(part) == "train" ? DataPart.Train : DataPart.Test;
            var original = source.Load(which, CommonOptions.DataFolder(parsed, folder));
            var chosen = Catalog.All<IShift>().For(parsed.GetRequiredValue(shift), original);
            var set = chosen.Apply(original, parsed.GetValue(severity) ?? chosen.DefaultSeverity, parsed.GetValue(seed), values);
            var target = Path.Combine(parsed.GetRequiredValue(output), chosen.Name);
            var written = PublishedLayout.Write(set, target, which, parsed.GetValue(count) ?? set.Count);
            if (!parsed.GetValue(quiet))
                parsed.InvocationConfiguration.Error.WriteLine($"{set.Name}: wrote '{written.Images}' and '{written.Labels}'");
        });
        return command;
    }

    private static Dictionary<string, string> ParseParameters(string[] given)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var text in given)
        {
            var split = text.IndexOf('=', StringComparison.Ordinal);
            if (split < 1)
                throw new UsageException($"--param '{text}' is no key=value; write for example --param angle=0.4.");
            if (!values.TryAdd(text[..split], text[(split + 1)..]))
                throw new UsageException($"--param gives '{text[..split]}' twice; give every parameter once.");
        }
        return values;
    }

    private static Option<string> Shift() => new("--shift")
    {
        Description = "The shift: " + string.Join(", ", CommonOptions.Names<IShift>()) + ".",
        HelpName = "S",
        Required = true,
    };

    private static Option<int?> Severity() => new("--severity")
    {
        Description = "1 to 5 (default: the severity of the published set).",
        HelpName = "K",
    };

    private static Option<string[]> Parameters() => new("--param")
    {
        Description = "A value in place of the shift's own, such as angle=0.4; may be repeated.",
        HelpName = "key=value",
    };

    private static Option<string> Part()
    {
        var option = new Option<string>("--part") { Description = "Which part to shift.", DefaultValueFactory = _ => "test" };
        return option.AcceptOnlyFromAmong("test", "train");
    }

    private static Option<int?> Count() => new("--count") { Description = "Only the first N samples (default: all).", HelpName = "N" };

    private static Option<string> Output() => new("--out")
    {
        Description = "The folder that receives one folder per shift.",
        HelpName = "DIR",
        Required = true,
    };
}
