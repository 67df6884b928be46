using System.Globalization;
using GpuQuant.Data;
using GpuQuant.Numerics;

namespace GpuQuant.Shifts;

/// <summary>
/// A test set by name: <c>original</c>, one that was collected elsewhere (<c>usps</c>), a shift at its published severity
/// (<c>shot_noise</c>) or at another (<c>shot_noise:3</c>), or shifts one after the other (<c>fog:2+jpeg_compression:5</c>).
/// </summary>
/// <param name="Name">The name in result rows.</param>
/// <param name="Steps">The shifts in order; none for the original set and natural ones.</param>
public sealed record TestSet(string Name, IReadOnlyList<ShiftStep> Steps)
{
    /// <summary>The name of the unshifted set.</summary>
    public const string Original = "original";

    /// <summary>The seed of the random draws in shifted test sets: they are the same for every model, as published sets are.</summary>
    public const ulong Seed = 0;

    /// <summary>Understands a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="known">What there is.</param>
    /// <exception cref="UsageException">There is no such test set; lists those that are.</exception>
    public static TestSet Parse(string name, KnownTestSets known) =>
        new(name, name == Original || known.Naturals.Any(natural => natural.Name == name)
            ? [] : [.. name.Split('+').Select(step => ParseStep(name, step, known))]);

    /// <summary>The shifts of the name as one.</summary>
    /// <param name="data">What is to be shifted.</param>
    /// <param name="shifts">The shifts there are.</param>
    /// <param name="severity">For the steps whose severity the name leaves open; null: the published one of each.</param>
    /// <exception cref="UsageException">A step is not defined for such data, or has no such severity.</exception>
    public ShiftChain Chain(IDataset data, IReadOnlyList<IShift> shifts, int? severity = null) =>
        Steps.Select(step =>
        {
            var shift = shifts.For(step.Name, data);
            // A shift of fixed strength has no severity to ask for.
            return shift.At(step.Severity ?? (shift.Severities == 1 ? 1 : severity ?? shift.DefaultSeverity));
        }).Aggregate((chain, next) => chain.Then(next));

    private static ShiftStep ParseStep(string name, string text, KnownTestSets known)
    {
        var parts = text.Split(':');
        var named = known.Shifts.Where(shift => shift.Name == parts[0]).ToArray();
        if (named.Length == 0)
            throw UnknownName.Error("test set", name, known.Names,
                "; a severity may follow a shift, as in shot_noise:3, and a further shift, as in fog+jpeg_compression.");
        if (parts.Length == 1)
            return new(parts[0], null);
        var most = named.Max(shift => shift.Severities);
        return parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var severity)
            && severity >= 1 && severity <= most
            ? new(parts[0], severity)
            : throw new UsageException($"Test set '{name}' names no severity of {parts[0]}, which has 1 to {most}.");
    }
}
