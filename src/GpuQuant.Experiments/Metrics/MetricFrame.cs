using GpuQuant.Evaluation;
using GpuQuant.Numerics;
using Microsoft.Data.Analysis;

namespace GpuQuant.Experiments;

/// <summary>Metrics of many cells as a table.</summary>
/// <example><c>MetricFrame.Of(RowsFile.Enumerate("rows.parquet"), Catalog.All&lt;IMetric&gt;())</c></example>
public static class MetricFrame
{
    /// <summary>A line per cell in the study's order: the cell's key, its inputs, and a column per metric.</summary>
    /// <param name="cells">The cells; enumerated once and not kept.</param>
    /// <param name="metrics">The metrics.</param>
    /// <exception cref="UsageException">A cell has no inputs or columns of unequal length.</exception>
    public static DataFrame Of(IEnumerable<EvaluationRows> cells, IReadOnlyList<IMetric> metrics)
    {
        var lines = cells.Select(cell => LineOf(cell, metrics)).OrderBy(line => line.Key, StudyOrder.Instance).ToList();
        return new(
        [
            Text("dataset", key => key.Dataset), Text("architecture", key => key.Architecture), Text("strategy", key => key.Strategy),
            new Int64DataFrameColumn("seed", lines.Select(line => unchecked((long)line.Key.Seed))),
            Text("quantizer", key => key.Quantizer), Text("test_set", key => key.TestSet),
            new Int32DataFrameColumn("inputs", lines.Select(line => line.Inputs)),
            .. metrics.Select((metric, i) => new DoubleDataFrameColumn(metric.Name, lines.Select(line => line.Values[i]))),
        ]);

        StringDataFrameColumn Text(string name, Func<CellKey, string> value) => new(name, lines.Select(line => value(line.Key)));
    }

    private static (CellKey Key, int Inputs, double?[] Values) LineOf(EvaluationRows cell, IReadOnlyList<IMetric> metrics)
    {
        RowsWriter.Check(cell);
        return (cell.Key, cell.Count, [.. metrics.Select(metric => metric.Of(cell))]);
    }
}
