using System.Globalization;
using GpuQuant.Data;
using GpuQuant.Numerics;

namespace GpuQuant.Shifts;

/// <summary>
/// Shifts one after the other, itself a shift. A step at a fixed severity keeps it; the others take the one asked for, so that a chain
/// can be swept as a whole. Step n draws with the seed + n: equal steps draw apart. Made by <see cref="ShiftComposition"/>.
/// </summary>
public sealed class ShiftChain : IShift
{
    internal ShiftChain(params IReadOnlyList<(IShift Shift, int? Severity)> steps)
    {
        foreach (var (shift, severity) in steps)
            if (severity is { } given && (given < 1 || given > shift.Severities))
                throw new UsageException($"The shift {shift.Name} has no severity {given}; it has "
                    + (shift.Severities == 1 ? "only severity 1." : $"1 to {shift.Severities}."));
        Steps = steps;
    }

    /// <summary>The shifts in order, each with its severity; null where it takes the one asked for.</summary>
    public IReadOnlyList<(IShift Shift, int? Severity)> Steps { get; }

    /// <summary>The steps as test sets name them: <c>fog:2+jpeg_compression</c>.</summary>
    public string Name => string.Join('+', Steps.Select(step => step.Severity is { } severity
        ? string.Create(CultureInfo.InvariantCulture, $"{step.Shift.Name}:{severity}") : step.Shift.Name));

    /// <inheritdoc/>
    public string Suite => Steps[0].Shift.Suite;

    /// <summary>The default of the first step that takes the severity asked for; 1 where none does.</summary>
    public int DefaultSeverity => Open.Select(shift => shift.DefaultSeverity).FirstOrDefault(1);

    /// <summary>The most that a step has which takes the severity asked for; 1 where none does.</summary>
    public int Severities => Open.Select(shift => shift.Severities).DefaultIfEmpty(1).Max();

    /// <inheritdoc/>
    public int Version => Steps.Sum(step => step.Shift.Version);

    /// <summary>Those of a single step; several steps take none.</summary>
    public IReadOnlyList<ShiftParameter> Parameters => Steps.Count == 1 ? Steps[0].Shift.Parameters : [];

    /// <summary>The first step that overlays pictures; null where none does.</summary>
    public IReadsPictures? Pictures => Steps.Select(step => step.Shift).OfType<IReadsPictures>().FirstOrDefault();

    private IEnumerable<IShift> Open => Steps.Where(step => step.Severity is null).Select(step => step.Shift);

    /// <inheritdoc/>
    public bool AppliesTo(IDataset source) => Steps.All(step => step.Shift.AppliesTo(source));

    /// <inheritdoc/>
    public IDataset Apply(IDataset source, int severity, ulong seed, IReadOnlyDictionary<string, string>? parameters = null)
    {
        if (severity < 1 || severity > Severities)
            throw new UsageException($"The shifts {Name} have no severity {severity}; they have 1 to {Severities}.");
        if (parameters?.Count > 0 && Steps.Count > 1)
            throw new UsageException($"Parameters were given for {Name}; give them for one shift alone.");
        var set = source;
        foreach (var (step, (shift, given)) in Steps.Index())
            set = shift.Apply(set, given ?? Math.Min(severity, shift.Severities), seed + (ulong)step, parameters);
        return set;
    }
}
