using System.CommandLine;
using System.Globalization;
using GpuQuant.Data;
using GpuQuant.Numerics;
using GpuQuant.Shifts;

namespace GpuQuant.Cli;

/// <summary>The options of the commands that shift data, and what their values mean.</summary>
internal static class ShiftOptions
{
    /// <summary>Every severity, as <c>--severity</c> names it; every shift, as <c>--shift</c> does.</summary>
    public const string All = "all";

    /// <summary><c>--shift S,S</c>.</summary>
    public static Option<string[]> Shift(string otherwise) => ModelOptions.Names("--shift",
        $"Shifts: all, {ModelOptions.Known<IShift>()}; fog:2+jpeg_compression:5 is one after the other{otherwise}.", "S,..");

    /// <summary><c>--severity K|all</c>.</summary>
    public static Option<string?> Severity(string otherwise) =>
        new("--severity") { Description = $"1 to 5, or all (default: {otherwise}).", HelpName = "K" };

    /// <summary><c>--param key=value</c>.</summary>
    public static Option<string[]> Parameters() => new("--param")
    {
        Description = "A value in place of the shift's own, such as angle=0.4; may be repeated.",
        HelpName = "key=value",
    };

    /// <summary>The names that <c>--shift</c> gives, <c>all</c> standing for every shift that applies.</summary>
    /// <exception cref="UsageException">All are asked for, and none applies.</exception>
    public static IReadOnlyList<string> NamesFor(IDataset data, IReadOnlyList<IShift> shifts, IReadOnlyList<string> given)
    {
        var all = shifts.Where(shift => shift.AppliesTo(data)).Select(shift => shift.Name).ToArray();
        if (given.Contains(All) && all.Length == 0)
            throw new UsageException($"No shift applies to {data.Name} ({data.SampleType} of {data.SampleShape}); choose other data.");
        return [.. given.SelectMany(name => name == All ? all : [name]).Distinct()];
    }

    /// <summary>The severities to compute: null stands for the published one.</summary>
    /// <param name="text">What <c>--severity</c> gives.</param>
    /// <param name="test">The shift or chain, which may leave severities open.</param>
    /// <param name="data">What is shifted.</param>
    /// <param name="shifts">The shifts there are.</param>
    /// <exception cref="UsageException">It is no severity, or the name leaves none open.</exception>
    public static IReadOnlyList<int?> Severities(string? text, TestSet test, IDataset data, IReadOnlyList<IShift> shifts) => text switch
    {
        null => [null],
        All => [.. Enumerable.Range(1, test.Steps.Max(step => step.Severity is null ? shifts.For(step.Name, data).Severities : 1))
            .Select(severity => (int?)severity)],
        _ when test.Steps.All(step => step.Severity is not null) => throw new UsageException(
            $"'{test.Name}' names its severity, so --severity {text} cannot change it; leave one of the two out."),
        _ when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var severity) => [severity],
        _ => throw new UsageException($"--severity '{text}' is no severity; give 1 to 5, or all."),
    };

    /// <summary>The shift or chain of that name.</summary>
    /// <exception cref="UsageException">There is no such shift for the data.</exception>
    public static TestSet Parse(string name, IDataset data, IReadOnlyList<IShift> shifts)
    {
        foreach (var step in name.Split('+'))
            shifts.For(step.Split(':')[0], data);
        return TestSet.Parse(name, new(shifts, [], []));
    }

    /// <summary>The values that <c>--param</c> gives, by name.</summary>
    /// <exception cref="UsageException">One is no key=value, or is given twice.</exception>
    public static Dictionary<string, string> ParseParameters(string[] given)
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
}
