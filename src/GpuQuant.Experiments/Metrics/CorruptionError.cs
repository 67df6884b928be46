using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>
/// A deployed model's errors on shifted test sets against a baseline's (Hendrycks and Dietterich 2019), in percent: 100 means as bad as
/// the baseline. Severities of one shift, <c>fog:1</c> and <c>fog:2</c>, are added up first; then the shifts' quotients are averaged.
/// </summary>
public static class CorruptionError
{
    /// <summary>The mean over the shifts of (sum of errors) / (sum of the baseline's errors).</summary>
    /// <param name="model">One deployment's cells; unshifted test sets do not count.</param>
    /// <param name="baseline">The baseline's, of the same shifted test sets.</param>
    /// <returns>Null without shifts, or where the baseline makes no error on one.</returns>
    /// <exception cref="UsageException">The shifted test sets differ.</exception>
    /// <example>Error rates of 10 and 30 against 20 and 40: (50 + 75) / 2 = 62.5.</example>
    public static double? MeanPct(IReadOnlyList<Rq1Row> model, IReadOnlyList<Rq1Row> baseline) => MeanPct(model, baseline, 0, 0);

    /// <summary>The same of what each model errs more than on its unshifted test set.</summary>
    /// <param name="model">One deployment's cells, the original test set among them.</param>
    /// <param name="baseline">The baseline's, of the same test sets.</param>
    /// <returns>Null without shifts, or where a shift costs the baseline nothing.</returns>
    /// <exception cref="UsageException">The shifted test sets differ, or there is not one original test set in each.</exception>
    /// <example>Unshifted 5 against 10, shifted 10 and 30 against 20 and 40: (5/10 + 25/30) / 2 = 66.67.</example>
    public static double? RelativeMeanPct(IReadOnlyList<Rq1Row> model, IReadOnlyList<Rq1Row> baseline) =>
        MeanPct(model, baseline, UnshiftedError(model), UnshiftedError(baseline));

    private static double? MeanPct(IReadOnlyList<Rq1Row> model, IReadOnlyList<Rq1Row> baseline, double clean, double baselineClean)
    {
        var (ours, theirs) = (SumsByShift(model, clean), SumsByShift(baseline, baselineClean));
        if (!TestSets(model).SequenceEqual(TestSets(baseline)))
            throw new UsageException($"The model was evaluated on {string.Join(", ", TestSets(model))}; the baseline on "
                + $"{string.Join(", ", TestSets(baseline))}: compare them on the same shifted test sets.");
        if (ours.Count == 0 || theirs.Values.Any(sum => sum <= 0))
            return null;
        return 100 * ours.Sum(shift => shift.Value / theirs[shift.Key]) / ours.Count;
    }

    private static IReadOnlyList<string> TestSets(IReadOnlyList<Rq1Row> rows) =>
        [.. Shifted(rows).Select(row => row.Key.TestSet).Order(StringComparer.Ordinal)];

    private static IEnumerable<Rq1Row> Shifted(IReadOnlyList<Rq1Row> rows) => rows.Where(row => StudyOrder.IsShifted(row.Key.TestSet));

    private static SortedDictionary<string, double> SumsByShift(IReadOnlyList<Rq1Row> rows, double clean) => new(
        Shifted(rows).GroupBy(row => row.Key.TestSet.Split(':')[0]).ToDictionary(
            shift => shift.Key, shift => shift.Sum(row => 100 - row.AccuracyPct - clean)), StringComparer.Ordinal);

    private static double UnshiftedError(IReadOnlyList<Rq1Row> rows)
    {
        var unshifted = rows.Where(row => row.Key.TestSet == StudyOrder.Original).ToArray();
        return unshifted.Length == 1
            ? 100 - unshifted[0].AccuracyPct
            : throw new UsageException($"There are {unshifted.Length} cells of the original test set; give one deployment's, with one.");
    }
}
