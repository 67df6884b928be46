using System.Globalization;
using GpuQuant.Numerics;

namespace GpuQuant.Shifts;

/// <summary>The values that a user gave a shift, checked against those that it knows.</summary>
public sealed class ShiftParameters
{
    private readonly SortedDictionary<string, double> _values = new(StringComparer.Ordinal);

    /// <summary>Checks names and values.</summary>
    /// <param name="shift">The shift's name, for errors.</param>
    /// <param name="known">The parameters that it has.</param>
    /// <param name="given">Names and values in invariant notation (<c>0.4</c>); null for none.</param>
    /// <exception cref="UsageException">An unknown name, a value that is no number, or one out of range; lists the known ones.</exception>
    public ShiftParameters(string shift, IReadOnlyList<ShiftParameter> known, IReadOnlyDictionary<string, string>? given)
    {
        foreach (var (name, text) in given ?? new Dictionary<string, string>())
        {
            var parameter = known.FirstOrDefault(candidate => candidate.Name == name)
                ?? throw new UsageException($"The shift {shift} has no parameter '{name}'; {Known(known)}.");
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) || !parameter.Accepts(value))
                throw new UsageException($"'{text}' is no value for the parameter {name} of the shift {shift}; {Known(known)}.");
            _values[name] = value;
        }
    }

    /// <summary>The given value, or null where the shift's own is to be used.</summary>
    public double? this[string name] => _values.TryGetValue(name, out var value) ? value : null;

    /// <summary>What was given, for names of data sets: <c>(dx=3,dy=-1)</c>; empty for nothing.</summary>
    public override string ToString() => _values.Count == 0 ? ""
        : $"({string.Join(',', _values.Select(pair => FormattableString.Invariant($"{pair.Key}={pair.Value}")))})";

    private static string Known(IReadOnlyList<ShiftParameter> known) =>
        known.Count == 0 ? "it takes none" : $"it takes {string.Join(", ", known)}";
}
