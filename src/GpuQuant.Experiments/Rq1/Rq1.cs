using GpuQuant.Evaluation;
using GpuQuant.Numerics;
using Microsoft.Data.Analysis;

namespace GpuQuant.Experiments;

/// <summary>
/// The first research question: accuracy, accuracy difference and disagreements of each quantized model with its float model, per
/// data set, architecture, strategy, quantizer, test set and seed; sorted so that equal cells in any order give equal tables.
/// </summary>
/// <example><c>Rq1.Of(RowsFile.Enumerate("rows.parquet")).WriteCsv("rq1.csv")</c></example>
public sealed class Rq1
{
    /// <summary>Collects summaries of cells.</summary>
    /// <exception cref="UsageException">A cell comes twice.</exception>
    public Rq1(IEnumerable<Rq1Row> rows)
    {
        Rows = [.. rows.OrderBy(row => row.Key, StudyOrder.Instance)];
        if (Rows.Zip(Rows.Skip(1)).FirstOrDefault(pair => pair.First.Key == pair.Second.Key) is { First: { } twice })
            throw new UsageException($"The cell {RowsSchema.NameOf(twice.Key)} comes twice; each cell may be given once.");
    }

    /// <summary>The summaries: by data set, architecture, strategy, quantizer (float32 first), test set (original first), seed.</summary>
    public IReadOnlyList<Rq1Row> Rows { get; }

    /// <summary>Summarises cells; they are enumerated once and not kept.</summary>
    /// <exception cref="UsageException">A cell comes twice, has no inputs or columns of unequal length.</exception>
    public static Rq1 Of(IEnumerable<EvaluationRows> cells) => new(cells.Select(Rq1Row.Of));

    /// <summary>Mean and standard deviation over the seeds, in the order of <see cref="Rows"/>.</summary>
    public IReadOnlyList<Rq1Aggregate> Aggregate() =>
        [.. Rows.GroupBy(row => row.Key with { Seed = 0 }).Select(group => AggregateOf(group.Key, [.. group]))];

    /// <summary>One line per row of <see cref="Rows"/>, a column per measure; the float model's disagreements are 0.</summary>
    public DataFrame ToDataFrame() => new(
    [
        Text("dataset", key => key.Dataset), Text("architecture", key => key.Architecture), Text("strategy", key => key.Strategy),
        Text("quantizer", key => key.Quantizer), Text("test_set", key => key.TestSet),
        new StringDataFrameColumn("origin", Rows.Select(row => row.Origin)),
        new Int64DataFrameColumn("seed", Rows.Select(row => unchecked((long)row.Key.Seed))),
        new Int32DataFrameColumn("inputs", Rows.Select(row => row.Inputs)),
        Number("accuracy_pct", row => row.AccuracyPct), Number("accuracy_difference_points", row => row.AccuracyDifferencePoints),
        new Int32DataFrameColumn("disagreements", Rows.Select(row => row.Disagreements)),
        Number("disagreement_pct", row => row.DisagreementPct),
        new Int32DataFrameColumn("ties", Rows.Select(row => row.Ties)), Number("tie_pct", row => row.TiePct),
    ]);

    /// <summary>
    /// Writes one line per measure, <c>rq,dataset,architecture,strategy,quantizer,test_set,metric,value,seed,origin</c>, the columns of
    /// the paper's numbers plus the seed and where the test set came from. <c>rq</c> is rq1 for standard
    /// training, else rq2, as there; float32 has its accuracy only.
    /// </summary>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public void WriteCsv(string path) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        Rq1Csv.Write(writer, Rows);
    });

    private static Rq1Aggregate AggregateOf(CellKey key, Rq1Row[] rows) => new(
        key.Dataset, key.Architecture, key.Strategy, key.Quantizer, key.TestSet,
        Spread.Of([.. rows.Select(row => row.AccuracyPct)]), Spread.Of([.. rows.Select(row => row.AccuracyDifferencePoints)]),
        Spread.Of([.. rows.Select(row => row.DisagreementPct)]), Spread.Of([.. rows.Select(row => row.TiePct)]));

    private StringDataFrameColumn Text(string name, Func<CellKey, string> value) => new(name, Rows.Select(row => value(row.Key)));

    private DoubleDataFrameColumn Number(string name, Func<Rq1Row, double> value) => new(name, Rows.Select(value));
}
