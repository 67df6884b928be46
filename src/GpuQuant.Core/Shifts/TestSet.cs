using System.Globalization;
using GpuQuant.Data;
using GpuQuant.Numerics;

namespace GpuQuant.Shifts;

/// <summary>
/// A test set by name: <c>original</c>, a shift at its published severity (<c>shot_noise</c>) or at another (<c>shot_noise:3</c>), or
/// shifts one after the other (<c>fog:2+jpeg_compression:5</c>).
/// </summary>
/// <param name="Name">The name in result rows.</param>
/// <param name="Steps">The shifts in order; none for the original set.</param>
public sealed record TestSet(string Name, IReadOnlyList<ShiftStep> Steps)
{
    /// <summary>The name of the unshifted set.</summary>
    public const string Original = "original";

    /// <summary>The seed of the random draws in shifted test sets: they are the same for every model, as published sets are.</summary>
    public const ulong Seed = 0;

    /// <summary>Understands a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="shifts">The shifts there are, usually <c>Catalog.All&lt;IShift&gt;()</c>.</param>
    /// <exception cref="UsageException">There is no such test set; lists those that are.</exception>
    public static TestSet Parse(string name, IReadOnlyList<IShift> shifts) =>
        new(name, name == Original ? [] : [.. name.Split('+').Select(step => ParseStep(name, step, shifts))]);

    /// <summary>The samples: sample i is shifted by every step in turn. Step n draws with the seed n, so equal steps draw apart.</summary>
    /// <param name="original">The original test set.</param>
    /// <param name="shifts">The shifts there are, usually <c>Catalog.All&lt;IShift&gt;()</c>.</param>
    /// <exception cref="UsageException">A step is not defined for such data.</exception>
    public IDataset Open(IDataset original, IReadOnlyList<IShift> shifts)
    {
        var (set, seed) = (original, Seed);
        foreach (var step in Steps)
        {
            var shift = shifts.For(step.Name, original);
            set = shift.Apply(set, step.Severity ?? shift.DefaultSeverity, seed++);
        }
        return set;
    }

    private static ShiftStep ParseStep(string name, string text, IReadOnlyList<IShift> shifts)
    {
        var parts = text.Split(':');
        var named = shifts.Where(shift => shift.Name == parts[0]).ToArray();
        if (named.Length == 0)
            throw new UsageException($"Unknown test set '{name}'. Known: {Original}, "
                + $"{string.Join(", ", shifts.Select(shift => shift.Name).Distinct())}; a severity may follow, as in shot_noise:3, "
                + "and a further shift, as in fog+jpeg_compression.");
        if (parts.Length == 1)
            return new(parts[0], null);
        var most = named.Max(shift => shift.Severities);
        return parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var severity)
            && severity >= 1 && severity <= most
            ? new(parts[0], severity)
            : throw new UsageException($"Test set '{name}' names no severity of {parts[0]}, which has 1 to {most}.");
    }
}
