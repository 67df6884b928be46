using GpuQuant.Evaluation;
using GpuQuant.Numerics;
using Parquet;
using Parquet.Schema;

namespace GpuQuant.Experiments;

/// <summary>Summarises a rows file from the columns that counts and means need; the others are not read.</summary>
internal static class SummaryReader
{
    /// <summary>The file's cells, and its metadata.</summary>
    /// <exception cref="DataException">The file is missing, damaged or not a rows file; names it.</exception>
    public static (IReadOnlyList<CellSummary> Cells, IReadOnlyDictionary<string, string> Metadata) Read(string path)
    {
        using var reader = RowsReader.Open(path);
        try
        {
            return (ReadAsync(path, reader.Parquet).GetAwaiter().GetResult(), reader.Metadata);
        }
        catch (Exception error) when (error is not GpuQuantException and not OutOfMemoryException)
        {
            throw new DataException($"'{path}' is damaged ({error.Message.TrimEnd('.')}); evaluate again, or load without it.", error);
        }
    }

    private static async Task<IReadOnlyList<CellSummary>> ReadAsync(string path, ParquetReader parquet)
    {
        var fields = parquet.Schema.GetDataFields().ToDictionary(field => field.Name);
        var cells = new List<CellSummary>(parquet.RowGroupCount);
        for (var i = 0; i < parquet.RowGroupCount; i++)
        {
            using var group = parquet.OpenRowGroupReader(i);
            cells.Add(await CellAsync(path, group, fields).ConfigureAwait(false));
        }
        return cells;
    }

    private static async Task<CellSummary> CellAsync(string path, ParquetRowGroupReader group, Dictionary<string, DataField> fields)
    {
        var count = checked((int)group.RowCount);
        var key = RowsReader.KeyOf(path, group, fields);
        var origin = RowsReader.One<string>(path, group, fields[RowsSchema.Origin.Name]);
        var labels = await Values<int>("label").ConfigureAwait(false);
        var floats = await Values<int>("float_class").ConfigureAwait(false);
        var quantized = await Values<int>("quantized_class").ConfigureAwait(false);
        var ties = await Values<bool>("tie").ConfigureAwait(false);
        return new CellSummary(
            Count(key, origin, labels, floats, quantized, ties),
            await Mean("entropy").ConfigureAwait(false), await Mean("gini").ConfigureAwait(false),
            await Mean("margin").ConfigureAwait(false), await Mean("least_confidence").ConfigureAwait(false),
            await Mean("kl").ConfigureAwait(false));

        async Task<T[]> Values<T>(string name) where T : struct
        {
            var values = new T[count];
            await group.ReadAsync<T>(fields[name], values.AsMemory()).ConfigureAwait(false);
            return values;
        }

        async Task<double> Mean(string name)
        {
            var sum = 0.0;
            foreach (var value in await Values<float>(name).ConfigureAwait(false))
                sum += value;
            return sum / count;
        }
    }

    private static Rq1Row Count(CellKey key, string origin, int[] labels, int[] floats, int[] quantized, bool[] ties)
    {
        int correct = 0, floatCorrect = 0, disagreements = 0, tied = 0;
        for (var i = 0; i < labels.Length; i++)
        {
            correct += quantized[i] == labels[i] ? 1 : 0;
            floatCorrect += floats[i] == labels[i] ? 1 : 0;
            disagreements += quantized[i] != floats[i] ? 1 : 0;
            tied += quantized[i] != floats[i] && ties[i] ? 1 : 0;
        }
        return new Rq1Row(key, origin, labels.Length, correct, floatCorrect, disagreements, tied);
    }
}
