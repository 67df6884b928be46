using System.IO.Compression;
using GpuQuant.Evaluation;
using GpuQuant.Numerics;
using Parquet;
using Parquet.Schema;

namespace GpuQuant.Experiments;

/// <summary>Writes cells as row groups.</summary>
internal static class RowsWriter
{
    /// <summary>Writes a whole file.</summary>
    public static async Task WriteAsync(Stream stream, IEnumerable<EvaluationRows> cells, IReadOnlyDictionary<string, string> metadata)
    {
        // Scores hardly compress: the library's default level takes five times as long for a sixth less.
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Zstd, CompressionLevel = CompressionLevel.Fastest };
        var seen = new HashSet<CellKey>();
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(RowsSchema.All), stream, options).ConfigureAwait(false);
        writer.CustomMetadata = Sorted(metadata);
        foreach (var cell in cells)
        {
            Check(cell);
            if (!seen.Add(cell.Key))
                throw new UsageException($"The cell {RowsSchema.NameOf(cell.Key)} comes twice; each cell may be written once.");
            using var group = writer.CreateRowGroup();
            await WriteKeyAsync(group, cell.Key, cell.Origin, cell.Count).ConfigureAwait(false);
            await WriteValuesAsync(group, cell).ConfigureAwait(false);
            group.CompleteValidate();
        }
    }

    /// <summary>Refuses a cell whose columns do not belong together.</summary>
    /// <exception cref="UsageException">It has no inputs, or columns of unequal length.</exception>
    public static void Check(EvaluationRows cell)
    {
        if (cell.Count == 0)
            throw new UsageException($"The cell {RowsSchema.NameOf(cell.Key)} has no inputs; leave it out or evaluate at least one input.");
        int[] lengths =
        [
            cell.FloatClasses.Length, cell.QuantizedClasses.Length, cell.Ties.Length, cell.Top5.Length,
            .. RowsSchema.ScoresOf(cell).Select(scores => scores.Length),
        ];
        if (lengths.FirstOrDefault(length => length != cell.Count, cell.Count) is var wrong && wrong != cell.Count)
            throw new UsageException(
                $"The cell {RowsSchema.NameOf(cell.Key)} has {cell.Count} labels but a column of {wrong} values; all need one per input.");
    }

    private static Dictionary<string, string> Sorted(IReadOnlyDictionary<string, string> metadata)
    {
        var sorted = metadata.Where(pair => pair.Key != RowsSchema.FormatKey)
            .Append(KeyValuePair.Create(RowsSchema.FormatKey, RowsSchema.Format))
            .OrderBy(pair => pair.Key, StringComparer.Ordinal);
        return new Dictionary<string, string>(sorted);
    }

    private static async Task WriteKeyAsync(ParquetRowGroupWriter group, CellKey key, string origin, int count)
    {
        await Text(RowsSchema.Dataset, key.Dataset).ConfigureAwait(false);
        await Text(RowsSchema.Architecture, key.Architecture).ConfigureAwait(false);
        await Text(RowsSchema.Strategy, key.Strategy).ConfigureAwait(false);
        await Values(group, RowsSchema.Seed, Repeat(unchecked((long)key.Seed))).ConfigureAwait(false);
        await Text(RowsSchema.Quantizer, key.Quantizer).ConfigureAwait(false);
        await Text(RowsSchema.TestSet, key.TestSet).ConfigureAwait(false);
        await Text(RowsSchema.Origin, origin).ConfigureAwait(false);

        T[] Repeat<T>(T value)
        {
            var values = new T[count];
            Array.Fill(values, value);
            return values;
        }

        Task Text(DataField field, string value) => Values(group, field, Repeat(value.AsMemory()));
    }

    private static async Task WriteValuesAsync(ParquetRowGroupWriter group, EvaluationRows cell)
    {
        await Values(group, RowsSchema.Index, Enumerable.Range(0, cell.Count).ToArray()).ConfigureAwait(false);
        await Values(group, RowsSchema.Label, cell.Labels).ConfigureAwait(false);
        await Values(group, RowsSchema.FloatClass, cell.FloatClasses).ConfigureAwait(false);
        await Values(group, RowsSchema.QuantizedClass, cell.QuantizedClasses).ConfigureAwait(false);
        await Values(group, RowsSchema.Tie, cell.Ties).ConfigureAwait(false);
        foreach (var (field, scores) in RowsSchema.Scores.Zip(RowsSchema.ScoresOf(cell)))
            await Values(group, field, scores).ConfigureAwait(false);
        await Values(group, RowsSchema.Top5, cell.Top5).ConfigureAwait(false);
    }

    private static async Task Values<T>(ParquetRowGroupWriter group, DataField field, T[] values) where T : struct =>
        await group.WriteAsync<T>(field, new ReadOnlyMemory<T>(values)).ConfigureAwait(false);
}
