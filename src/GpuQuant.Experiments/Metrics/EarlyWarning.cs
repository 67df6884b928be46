using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>
/// How soon disagreements are found if the inputs of smallest margin are looked at first. Of equal margins, each order counts alike.
/// </summary>
public static class EarlyWarning
{
    /// <summary>The share of all disagreements among the inputs of smallest margin, in percent.</summary>
    /// <param name="rows">The cell.</param>
    /// <param name="budgetPct">How much of the inputs is looked at, in percent, rounded up to a whole input.</param>
    /// <returns>0 to 100; null if nothing disagrees.</returns>
    /// <example>Margins 0.1, 0.2, 0.8, 0.9 that disagree on the first and the last: of 50% of the inputs, 50.</example>
    public static double? FoundPct(EvaluationRows rows, double budgetPct)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(budgetPct);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(budgetPct, 100);
        var (left, found, all) = ((int)Math.Ceiling(budgetPct * rows.Count / 100), 0.0, 0);
        foreach (var (inputs, faults) in GroupsOf(rows))
        {
            var taken = Math.Min(left, inputs);
            found += (double)faults * taken / inputs;
            (left, all) = (left - taken, all + faults);
        }
        return all == 0 ? null : 100 * found / all;
    }

    /// <summary>The <see cref="Apfd"/> of the order by margin.</summary>
    /// <returns>0 to 1; null if nothing disagrees.</returns>
    public static double? MarginApfd(EvaluationRows rows)
    {
        var (before, places, all) = (0, 0.0, 0);
        foreach (var (inputs, faults) in GroupsOf(rows))
        {
            places += faults * (before + (inputs + 1) / 2.0);
            (before, all) = (before + inputs, all + faults);
        }
        return all == 0 ? null : ApfdOf(places, all, before);
    }

    /// <summary>
    /// The average percentage of faults detected by an order (Rothermel et al. 2001): 1 - (sum of the faults' places) / (n m) + 1 / (2n),
    /// n inputs, m faults, the first place 1.
    /// </summary>
    /// <param name="faults">Whether each input is a fault, in the order of looking at them.</param>
    /// <returns>0 to 1, near 1 if the faults come first; null without any.</returns>
    /// <example>Faults on places 1 and 3 of 5: 1 - 4 / 10 + 1 / 10 = 0.7.</example>
    public static double? Apfd(IReadOnlyList<bool> faults)
    {
        var places = Enumerable.Range(1, faults.Count).Where(place => faults[place - 1]).ToArray();
        return places.Length == 0 ? null : ApfdOf(places.Sum(place => (double)place), places.Length, faults.Count);
    }

    private static double ApfdOf(double places, int faults, int inputs) => 1 - places / ((double)inputs * faults) + 0.5 / inputs;

    private static IEnumerable<(int Inputs, int Faults)> GroupsOf(EvaluationRows rows) => Enumerable.Range(0, rows.Count)
        .GroupBy(i => rows.Margin[i]).OrderBy(group => group.Key)
        .Select(group => (group.Count(), group.Count(i => rows.FloatClasses[i] != rows.QuantizedClasses[i])));
}
