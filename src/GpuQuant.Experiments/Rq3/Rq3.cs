using GpuQuant.Evaluation;
using GpuQuant.Numerics;
using Microsoft.Data.Analysis;

namespace GpuQuant.Experiments;

/// <summary>
/// The third research question: which inputs disagree? Per model, the inputs of all test sets on which any quantized version differs
/// from the float model stand against as many random ones on which all agree. A logistic regression on one uncertainty of the float
/// model learns 90% of them (C by three-fold cross-validation) and is to tell the other 10%.
/// </summary>
/// <example><c>Rq3.Of(RowsFile.Enumerate("rows.parquet")).WriteCsv("rq3.csv")</c></example>
public sealed class Rq3
{
    /// <summary>Fewer disagreeing inputs than these say nothing.</summary>
    public const int LeastDisagreeing = 20;

    private const int InverseTestShare = 10;
    private const double TruePositiveRate = 0.95;

    /// <summary>Where characteristics are read: from one in 10,000 to all, evenly on a logarithmic scale.</summary>
    public static IReadOnlyList<double> FalsePositiveRates { get; } =
        [.. Enumerable.Range(0, 81).Select(i => Math.Pow(10, (i / 20.0) - 4))];

    private Rq3(IReadOnlyList<Rq3Row> rows) => Rows = rows;

    /// <summary>A row per model and uncertainty: models in the study's order, then by seed; the uncertainties in the paper's.</summary>
    public IReadOnlyList<Rq3Row> Rows { get; }

    /// <summary>Answers the question from cells in any order; they are enumerated once, and 17 bytes kept of each input.</summary>
    /// <exception cref="UsageException">
    /// A cell comes twice, has no inputs or columns of unequal length, or other inputs than another of its test set.
    /// </exception>
    public static Rq3 Of(IEnumerable<EvaluationRows> cells)
    {
        var pools = new Dictionary<CellKey, Rq3Pool>();
        var seen = new HashSet<CellKey>();
        foreach (var cell in cells)
        {
            RowsWriter.Check(cell);
            if (!seen.Add(cell.Key))
                throw new UsageException($"The cell {RowsSchema.NameOf(cell.Key)} comes twice; each cell may be given once.");
            var model = cell.Key with { Quantizer = "", TestSet = "" };
            if (!pools.TryGetValue(model, out var pool))
                pools[model] = pool = new Rq3Pool();
            pool.Add(cell);
        }
        return new([.. pools.OrderBy(pair => pair.Key, StudyOrder.Instance).SelectMany(pair => RowsOf(pair.Key, pair.Value))]);
    }

    /// <summary>Mean and standard deviation over the seeds that have a result, in the order of <see cref="Rows"/>.</summary>
    public IReadOnlyList<Rq3Aggregate> Aggregate() =>
        [.. Rows.GroupBy(row => (Model: row.Model with { Seed = 0 }, row.Uncertainty)).Select(group => Rq3Aggregate.Of([.. group]))];

    /// <summary>One line per row of <see cref="Rows"/>, a column per measure; null, with the reason, where there is no result.</summary>
    public DataFrame ToDataFrame() => new(
    [
        Text("dataset", row => row.Model.Dataset), Text("architecture", row => row.Model.Architecture),
        Text("strategy", row => row.Model.Strategy),
        new Int64DataFrameColumn("seed", Rows.Select(row => unchecked((long)row.Model.Seed))),
        Text("uncertainty", row => row.Uncertainty),
        new Int32DataFrameColumn("inputs", Rows.Select(row => row.Inputs)),
        new Int32DataFrameColumn("disagreeing", Rows.Select(row => row.Disagreeing)),
        .. Rq3Csv.Metrics.Select(metric =>
            new DoubleDataFrameColumn(metric.Name, Rows.Select(row => row.Result is null ? null : (double?)metric.Value(row.Result)))),
        Text("reason", row => row.Reason),
    ]);

    /// <summary>
    /// Writes one line per measure, <c>dataset,architecture,strategy,uncertainty,metric,value,seed</c>, the columns of the paper's
    /// numbers plus the seed; an empty value where there is no result.
    /// </summary>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public void WriteCsv(string path) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        Rq3Csv.Write(writer, Rows);
    });

    private static IEnumerable<Rq3Row> RowsOf(CellKey key, Rq3Pool pool)
    {
        var model = new Rq3Model(key.Dataset, key.Architecture, key.Strategy, key.Seed);
        var differs = pool.Differs();
        var disagreeing = differs.Count(differ => differ);
        var chosen = Rq3Pool.Balance(differs, key.Seed);
        var split = (chosen.Length + InverseTestShare - 1) / InverseTestShare;
        var reason = disagreeing < LeastDisagreeing ? "too few"
            : IsOneSided(chosen[..split], differs, 1) || IsOneSided(chosen[split..], differs, 2) ? "one-sided" : null;
        foreach (var (i, name) in Rq3Scores.Names.Index())
        {
            var result = reason is null ? Measure(pool.Scores(i), differs, chosen[split..], chosen[..split]) : null;
            yield return new Rq3Row(model, name, differs.Length, disagreeing, result, reason);
        }
    }

    private static bool IsOneSided(int[] part, bool[] differs, int least)
    {
        var differing = part.Count(i => differs[i]);
        return differing < least || part.Length - differing < least;
    }

    private static Rq3Result Measure(double[] scores, bool[] differs, int[] training, int[] test)
    {
        var regression = LogisticRegression.FitCrossValidated(Select(training, scores), Select(training, differs));
        var (decisions, truths) = (Array.ConvertAll(Select(test, scores), regression.Decide), Select(test, differs));
        return new Rq3Result(
            100 * Ranking.Auroc(decisions, truths)!.Value, 100 * Ranking.AveragePrecision(decisions, truths)!.Value,
            100 * Ranking.TrueNegativeRate(decisions, truths, TruePositiveRate)!.Value, 100 * Ranking.Auroc(scores, differs)!.Value,
            regression, Ranking.TruePositiveRates(scores, differs, FalsePositiveRates)!);
    }

    private static T[] Select<T>(int[] places, T[] values) => Array.ConvertAll(places, place => values[place]);

    private StringDataFrameColumn Text(string name, Func<Rq3Row, string?> value) => new(name, Rows.Select(value));
}
