using GpuQuant.Evaluation;
using Microsoft.Data.Analysis;

namespace GpuQuant.Experiments;

/// <summary>Turns cells into one DataFrame.</summary>
internal static class RowsFrame
{
    public static DataFrame Of(IEnumerable<EvaluationRows> cells)
    {
        var list = cells.ToList();
        list.ForEach(RowsWriter.Check);
        var scores = RowsSchema.Scores.Select(
            (field, i) => new SingleDataFrameColumn(field.Name, list.SelectMany(cell => RowsSchema.ScoresOf(cell)[i])));
        return new DataFrame(
        [
            Text(RowsSchema.Dataset.Name, key => key.Dataset), Text(RowsSchema.Architecture.Name, key => key.Architecture),
            Text(RowsSchema.Strategy.Name, key => key.Strategy),
            new Int64DataFrameColumn(RowsSchema.Seed.Name, Repeated(key => unchecked((long)key.Seed))),
            Text(RowsSchema.Quantizer.Name, key => key.Quantizer), Text(RowsSchema.TestSet.Name, key => key.TestSet),
            new StringDataFrameColumn(RowsSchema.Origin.Name, list.SelectMany(cell => Enumerable.Repeat(cell.Origin, cell.Count))),
            new Int32DataFrameColumn(RowsSchema.Index.Name, list.SelectMany(cell => Enumerable.Range(0, cell.Count))),
            new Int32DataFrameColumn(RowsSchema.Label.Name, list.SelectMany(cell => cell.Labels)),
            new Int32DataFrameColumn(RowsSchema.FloatClass.Name, list.SelectMany(cell => cell.FloatClasses)),
            new Int32DataFrameColumn(RowsSchema.QuantizedClass.Name, list.SelectMany(cell => cell.QuantizedClasses)),
            new BooleanDataFrameColumn(RowsSchema.Tie.Name, list.SelectMany(cell => cell.Ties)),
            .. scores,
            new Int32DataFrameColumn(RowsSchema.Top5.Name, list.SelectMany(cell => cell.Top5)),
        ]);

        StringDataFrameColumn Text(string name, Func<CellKey, string> value) => new(name, Repeated(value));

        IEnumerable<T> Repeated<T>(Func<CellKey, T> value) => list.SelectMany(cell => Enumerable.Repeat(value(cell.Key), cell.Count));
    }
}
