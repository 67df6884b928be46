using System.CommandLine;
using GpuQuant.Data;
using GpuQuant.Experiments;
using GpuQuant.Numerics;
using GpuQuant.Shifts;

namespace GpuQuant.Cli;

/// <summary><c>gpuquant data show NAME</c>: draws a contact sheet of shifted and natural test sets.</summary>
internal static class DataShowCommand
{
    private const string Original = TestSet.Original;

    private sealed record Request(
        IDataset Test, KnownTestSets Known, string DataSet, string DataDirectory, int Index, string? Severity,
        Dictionary<string, string> Parameters, ulong Seed);

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var (name, folder, seed, quiet) = (CommonOptions.DataSet(), CommonOptions.DataDir(), CommonOptions.Seed(), CommonOptions.Quiet());
        var shift = ShiftOptions.Shift(", or natural test sets (default: all)");
        var (severity, parameters) = (ShiftOptions.Severity("all"), ShiftOptions.Parameters());
        var index = new Option<int>("--index") { Description = "Which test sample (default: 0).", HelpName = "N" };
        var output = new Option<string>("--out") { Description = "The picture to write.", HelpName = "FILE.png", Required = true };
        var command = new Command("show", "Draws one test sample under every shift and severity, a row per shift, as a PNG picture."
            + "\n\nExample: gpuquant data show glyphs --shift rotate,shear --out glyphs.png")
            { name, shift, severity, parameters, index, seed, output, folder, quiet };
        command.SetAction(parsed =>
        {
            var source = Catalog.Get<IDataSource>("data set", parsed.GetRequiredValue(name));
            var values = ShiftOptions.ParseParameters(parsed.GetValue(parameters) ?? []);
            var directory = CommonOptions.DataFolder(parsed, folder);
            var test = source.Load(DataPart.Test, directory);
            if (test.SampleType != DType.UInt8)
                throw new UsageException(
                    $"Samples of {source.Name} are {test.SampleType} of {test.SampleShape}; only pictures can be shown.");
            if (parsed.GetValue(index) is var sample && (sample < 0 || sample >= test.Count))
                throw new UsageException($"{test.Name} has no sample {sample}; it has 0 to {test.Count - 1}.");
            var all = TestSetCatalog.All;
            var known = all with { Shifts = all.Shifts.WithPictures(directory) };
            var request = new Request(test, known, source.Name, directory, sample, parsed.GetValue(severity) ?? ShiftOptions.All, values,
                parsed.GetValue(seed));
            Draw(request, parsed.GetResult(shift) is null ? null : parsed.GetValue(shift), parsed.GetRequiredValue(output));
            if (!parsed.GetValue(quiet))
                parsed.InvocationConfiguration.Error.WriteLine($"wrote '{parsed.GetRequiredValue(output)}'");
        });
        return command;
    }

    private static void Draw(Request request, IReadOnlyList<string>? given, string path)
    {
        var names = given is null ? Defaults(request) : ShiftOptions.NamesFor(request.Test, request.Known.Shifts, given);
        if (names.Count == 0)
            throw new UsageException($"There is nothing to show for {request.DataSet}; name a shift with --shift.");
        var rows = names.Select(name => RowOf(request, name)).ToArray();
        var columns = rows.Max(row => row.Pictures.Count) - 1;
        var headings = Enumerable.Range(1, columns).Select(column => FormattableString.Invariant($"{column}")).ToArray();
        if (request.Severity != ShiftOptions.All)
            headings = [request.Severity!, .. headings[1..]];
        ContactSheet.Write(path, $"{request.Test.Name}, sample {request.Index} of class {request.Test.Label(request.Index)}",
            "columns: the original, then severities; framed: the severity used unless another is named", request.Test.SampleShape,
            [Original, .. headings], rows);
    }

    private static IReadOnlyList<string> Defaults(Request request) =>
    [
        .. request.Known.Shifts.Where(shift => shift.AppliesTo(request.Test)).Select(shift => shift.Name),
        .. request.Known.Naturals.Where(set => set.DataSet == request.DataSet && set.IsPresent(request.DataDirectory))
            .Select(set => set.Name),
    ];

    private static SheetRow RowOf(Request request, string name)
    {
        var original = Sample(request.Test, request.Index);
        if (name == Original)
            return new(name, "", [original]);
        if (request.Known.NaturalFor(request.DataSet, name) is { } natural)
            return NaturalRow(natural.Load(request.DataDirectory), name, request);
        var test = ShiftOptions.Parse(name, request.Test, request.Known.Shifts);
        var severities = ShiftOptions.Severities(request.Severity, test, request.Test, request.Known.Shifts);
        var pictures = severities.Select(severity => Sample(
            Apply(test.Chain(request.Test, request.Known.Shifts, severity), request), request.Index));
        return new(name, NoteOf(test, severities.Count, request), [original, .. pictures],
            severities.ToList().IndexOf(DefaultOf(test, request)) is var marked and >= 0 ? marked + 1 : null);
    }

    /// <summary>The severity that the name stands for; none where it leaves several open whose defaults differ.</summary>
    private static int? DefaultOf(TestSet test, Request request)
    {
        var open = test.Steps.Where(step => step.Severity is null).Select(step => request.Known.Shifts.For(step.Name, request.Test))
            .Where(shift => shift.Severities > 1).Select(shift => shift.DefaultSeverity).Distinct().ToArray();
        return open.Length switch { 0 => 1, 1 => open[0], _ => 0 };
    }

    private static string NoteOf(TestSet test, int severities, Request request) =>
        test.Chain(request.Test, request.Known.Shifts).Pictures is { } pictures
            ? pictures.HasPictures ? "published pictures" : "own pictures"
            : severities == 1 && request.Severity == ShiftOptions.All ? "one strength" : "";

    /// <summary>A natural set has no severities and no picture that belongs to the original: its first samples of the same class.</summary>
    private static SheetRow NaturalRow(IDataset set, string name, Request request)
    {
        const int Most = 5;
        var label = request.Test.Label(request.Index);
        var alike = Enumerable.Range(0, set.Count).Where(i => set.Label(i) == label).Take(Most);
        return new(name, "natural, of the same class", [null, .. alike.Select(i => Sample(set, i))]);
    }

    private static IDataset Apply(ShiftChain chain, Request request) =>
        chain.Apply(request.Test, chain.DefaultSeverity, request.Seed, request.Parameters);

    private static byte[] Sample(IDataset set, int index)
    {
        var bytes = new byte[set.SampleShape.Count];
        set.Read(index, bytes);
        return bytes;
    }
}
