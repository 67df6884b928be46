using System.Globalization;
using GpuQuant.Data;
using GpuQuant.Numerics;

namespace GpuQuant.Shifts;

/// <summary>
/// A test set by name: <c>original</c>, a shift at its published severity (<c>shot_noise</c>), or at another (<c>shot_noise:3</c>).
/// </summary>
/// <param name="Name">The name in result rows.</param>
/// <param name="Shift">The shift; null for the original set.</param>
/// <param name="Severity">Its severity.</param>
public sealed record TestSet(string Name, IShift? Shift, int Severity)
{
    /// <summary>The name of the unshifted set.</summary>
    public const string Original = "original";

    /// <summary>The seed of the random draws in shifted test sets: they are the same for every model, as published sets are.</summary>
    public const ulong Seed = 0;

    /// <summary>Understands a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="shifts">The shifts there are, usually <c>Catalog.All&lt;IShift&gt;()</c>.</param>
    /// <exception cref="UsageException">There is no such test set; lists those that are.</exception>
    public static TestSet Parse(string name, IReadOnlyList<IShift> shifts)
    {
        if (name == Original)
            return new(name, null, 0);
        var parts = name.Split(':');
        var shift = shifts.FirstOrDefault(s => s.Name == parts[0])
            ?? throw new UsageException($"Unknown test set '{name}'. Known: {Original}, {string.Join(", ", shifts.Select(s => s.Name))}; "
                + "a severity may follow, as in shot_noise:3.");
        if (parts.Length == 1)
            return new(name, shift, shift.DefaultSeverity);
        return parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var severity)
            && severity >= 1 && severity <= shift.Severities
            ? new(name, shift, severity)
            : throw new UsageException($"Test set '{name}' names no severity of {shift.Name}, which has 1 to {shift.Severities}.");
    }

    /// <summary>The samples.</summary>
    public IDataset Open(IDataset original) => Shift?.Apply(original, Severity, Seed) ?? original;
}
