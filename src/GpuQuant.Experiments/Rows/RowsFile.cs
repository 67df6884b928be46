using GpuQuant.Evaluation;
using GpuQuant.Numerics;
using Microsoft.Data.Analysis;

namespace GpuQuant.Experiments;

/// <summary>
/// Evaluation rows on disk, as Parquet: one row per input, one row group per cell, columns <c>dataset, architecture, strategy, seed,
/// quantizer, test_set, origin, index, label, float_class, quantized_class, tie, top1, top2, entropy, gini, margin, least_confidence,
/// kl, js, label_probability, quantized_top1, quantized_top2, quantized_label_probability, top5</c>.
/// The same rows and metadata give the same bytes. Cells stream: writing and enumerating hold one cell at a time.
/// </summary>
/// <example><c>RowsFile.Write("rows.parquet", cells, new Dictionary&lt;string, string&gt; { ["device"] = "cpu" })</c></example>
public static class RowsFile
{
    /// <summary>Writes the cells, in the given order.</summary>
    /// <param name="path">The file to make or to replace.</param>
    /// <param name="cells">The cells; enumerated once.</param>
    /// <param name="metadata">What a reader should know of them: device, commit. The format's version is added.</param>
    /// <exception cref="UsageException">A cell has no inputs, columns of unequal length, or comes twice.</exception>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public static void Write(string path, IEnumerable<EvaluationRows> cells, IReadOnlyDictionary<string, string> metadata) =>
        AtomicFile.Write(path, stream => RowsWriter.WriteAsync(stream, cells, metadata).GetAwaiter().GetResult());

    /// <summary>Reads all cells, in the file's order.</summary>
    /// <exception cref="DataException">The file is missing, damaged, or not a rows file.</exception>
    public static IReadOnlyList<EvaluationRows> Read(string path) => [.. Enumerate(path)];

    /// <summary>Reads the cells one by one, so that a file larger than memory can be summarised.</summary>
    /// <exception cref="DataException">The file is missing, damaged, or not a rows file; thrown while enumerating.</exception>
    public static IEnumerable<EvaluationRows> Enumerate(string path)
    {
        using var reader = RowsReader.Open(path);
        for (var cell = 0; cell < reader.CellCount; cell++)
            yield return reader.Read(cell);
    }

    /// <summary>The metadata that was passed to <see cref="Write"/>, with the format's version as <c>gpuquant.rows</c>.</summary>
    /// <exception cref="DataException">The file is missing, damaged, or not a rows file.</exception>
    public static IReadOnlyDictionary<string, string> ReadMetadata(string path)
    {
        using var reader = RowsReader.Open(path);
        return reader.Metadata;
    }

    /// <summary>The cells as one table in the file's columns, a row per input.</summary>
    /// <param name="cells">The cells; enumerated once.</param>
    /// <exception cref="UsageException">A cell has columns of unequal length.</exception>
    public static DataFrame ToDataFrame(IEnumerable<EvaluationRows> cells) => RowsFrame.Of(cells);
}
