using System.CommandLine;
using GpuQuant.Data;
using GpuQuant.Experiments;
using GpuQuant.Numerics;
using GpuQuant.Shifts;

namespace GpuQuant.Cli;

/// <summary><c>gpuquant data make NAME</c>: writes shifted data sets in the layout in which their suite is published.</summary>
internal static class DataMakeCommand
{
    private sealed record Request(
        IDataset Original, DataPart Part, IReadOnlyList<IShift> Shifts, string? Severity, Dictionary<string, string> Parameters, ulong Seed,
        int? Count, string Output, bool Quiet);

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var (name, folder, seed, quiet) = (CommonOptions.DataSet(), CommonOptions.DataDir(), CommonOptions.Seed(), CommonOptions.Quiet());
        var (shift, severity, parameters) =
            (ShiftOptions.Shift(""), ShiftOptions.Severity("that of the published set"), ShiftOptions.Parameters());
        var (part, count, output) = (Part(), Count(), Output());
        shift.Required = true;
        var command = new Command("make", "Writes shifted data sets as .npy: grey ones as MNIST-C is published, OUT/<shift>/test_images.npy "
            + "and test_labels.npy; colour ones as CIFAR-10-C is, OUT/<shift>.npy with the severities one after the other and labels.npy."
            + "\n\nExample: gpuquant data make mnist --shift rotate --severity 2 --param angle=0.4 --out mnist-c")
            { name, shift, severity, parameters, part, count, seed, output, folder, quiet };
        command.SetAction((parsed, cancellation) => Task.Run(() =>
        {
            var source = Catalog.Get<IDataSource>("data set", parsed.GetRequiredValue(name));
            var values = ShiftOptions.ParseParameters(parsed.GetValue(parameters) ?? []);
            var which = parsed.GetValue(part) == "train" ? DataPart.Train : DataPart.Test;
            var directory = CommonOptions.DataFolder(parsed, folder);
            var original = source.Load(which, directory);
            var request = new Request(original, which, Catalog.All<IShift>().WithPictures(directory), parsed.GetValue(severity), values,
                parsed.GetValue(seed), parsed.GetValue(count), parsed.GetRequiredValue(output), parsed.GetValue(quiet));
            var names = ShiftOptions.NamesFor(original, request.Shifts, parsed.GetRequiredValue(shift));
            foreach (var message in Make(request, names, cancellation))
                if (!request.Quiet)
                    parsed.InvocationConfiguration.Error.WriteLine(message);
        }, CancellationToken.None));
        return command;
    }

    private static IEnumerable<string> Make(Request request, IReadOnlyList<string> names, CancellationToken cancellation)
    {
        if (names.Count == 0)
            throw new UsageException("No shift was named; give --shift a name, or all.");
        // Every name and value is checked before the first file is written.
        var planned = names.Select(name => (Name: name, Sets: Shifted(request, name))).ToArray();
        foreach (var (number, (name, (suite, sets))) in planned.Index())
        {
            var title = planned.Length == 1 ? name : $"{number + 1}/{planned.Length} {name}";
            using var display = CountDisplay.Create(title, request.Quiet);
            var paths = Catalog.Get<IShiftSuite>("suite", suite).Write(request.Output, name.Replace(':', '-'), request.Part, sets,
                request.Count ?? request.Original.Count, display.Show, cancellation);
            yield return $"{string.Join(", ", sets.Select(entry => entry.Set.Name))}: wrote "
                + string.Join(" and ", paths.Select(path => $"'{path}'"));
        }
    }

    private static (string Suite, IReadOnlyList<(int Severity, IDataset Set)> Sets) Shifted(Request request, string name)
    {
        var test = ShiftOptions.Parse(name, request.Original, request.Shifts);
        var chains = ShiftOptions.Severities(request.Severity, test, request.Original, request.Shifts)
            .Select(severity => test.Chain(request.Original, request.Shifts, severity)).ToArray();
        return (chains[0].Suite, [.. chains.Index().Select(chain =>
            (chain.Index + 1, chain.Item.Apply(request.Original, chain.Item.DefaultSeverity, request.Seed, request.Parameters)))]);
    }

    private static Option<string> Part()
    {
        var option = new Option<string>("--part") { Description = "Which part to shift.", DefaultValueFactory = _ => "test" };
        return option.AcceptOnlyFromAmong("test", "train");
    }

    private static Option<int?> Count() => new("--count") { Description = "Only the first N samples (default: all).", HelpName = "N" };

    private static Option<string> Output() => new("--out")
    {
        Description = "The folder that stands for the suite's own, mnist_c or CIFAR-10-C.",
        HelpName = "DIR",
        Required = true,
    };
}
