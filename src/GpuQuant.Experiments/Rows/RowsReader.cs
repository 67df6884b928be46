using GpuQuant.Evaluation;
using GpuQuant.Numerics;
using Parquet;
using Parquet.Schema;

namespace GpuQuant.Experiments;

/// <summary>Reads a rows file cell by cell; every problem becomes a sentence that names the file.</summary>
internal sealed class RowsReader : IDisposable
{
    private readonly string _path;
    private readonly FileStream _stream;
    private readonly ParquetReader _parquet;

    private RowsReader(string path, FileStream stream, ParquetReader parquet) => (_path, _stream, _parquet) = (path, stream, parquet);

    public ParquetReader Parquet => _parquet;

    public int CellCount => _parquet.RowGroupCount;

    public IReadOnlyDictionary<string, string> Metadata => _parquet.CustomMetadata;

    /// <summary>Opens the file and checks format and columns.</summary>
    public static RowsReader Open(string path)
    {
        FileStream? stream = null;
        try
        {
            stream = File.OpenRead(path);
            var parquet = ParquetReader.CreateAsync(stream, leaveStreamOpen: true).GetAwaiter().GetResult();
            CheckFormat(path, parquet);
            return new RowsReader(path, stream, parquet);
        }
        catch (Exception error)
        {
            stream?.Dispose();
            throw Explain(path, error);
        }
    }

    /// <summary>Whether the file is of evaluation rows in the format that this code reads.</summary>
    /// <exception cref="DataException">It is missing, damaged, or not of evaluation rows.</exception>
    public static bool IsOfThisFormat(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var parquet = ParquetReader.CreateAsync(stream, leaveStreamOpen: true).GetAwaiter().GetResult();
            try
            {
                return FormatOf(path, parquet) == RowsSchema.Format;
            }
            finally
            {
                parquet.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        }
        catch (Exception error)
        {
            throw Explain(path, error);
        }
    }

    /// <summary>One cell; the reader is of no use after an exception.</summary>
    public EvaluationRows Read(int cell)
    {
        try
        {
            return ReadAsync(cell).GetAwaiter().GetResult();
        }
        catch (Exception error)
        {
            throw Explain(_path, error);
        }
    }

    /// <summary>The cell that a row group is.</summary>
    /// <exception cref="DataException">It holds several.</exception>
    public static CellKey KeyOf(string path, ParquetRowGroupReader group, IReadOnlyDictionary<string, DataField> fields)
    {
        return new(
            Text(RowsSchema.Dataset), Text(RowsSchema.Architecture), Text(RowsSchema.Strategy),
            unchecked((ulong)One<long>(path, group, fields[RowsSchema.Seed.Name])), Text(RowsSchema.Quantizer), Text(RowsSchema.TestSet));

        string Text(DataField field) => One<string>(path, group, fields[field.Name]);
    }

    /// <summary>The one value of a column, from its least and greatest: decoding texts takes longer than all else.</summary>
    /// <exception cref="DataException">It holds several values.</exception>
    public static T One<T>(string path, ParquetRowGroupReader group, DataField field) where T : IEquatable<T> =>
        group.GetStatistics(field) is { MinValue: T least, MaxValue: T most } && least.Equals(most)
            ? least
            : throw new DataException(
                $"'{path}': a row group holds several values of '{field.Name}', or none; each is to be one cell.");

    public void Dispose()
    {
        _parquet.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _stream.Dispose();
    }

    private static void CheckFormat(string path, ParquetReader parquet)
    {
        var format = FormatOf(path, parquet);
        if (format != RowsSchema.Format)
            throw new DataException($"'{path}' has the rows format '{format}', and this version reads '{RowsSchema.Format}'; "
                + "use the version that wrote it, or evaluate again.");
        var given = parquet.Schema.GetDataFields();
        foreach (var field in RowsSchema.All)
        {
            if (!given.Any(other => other.Name == field.Name && other.SchemaType == field.SchemaType && !other.IsNullable))
                throw new DataException(
                    $"'{path}' lacks the column '{field.Name}' ({field.ClrType.Name}); it was not written as a rows file.");
        }
    }

    private static string FormatOf(string path, ParquetReader parquet) =>
        parquet.CustomMetadata.TryGetValue(RowsSchema.FormatKey, out var format)
            ? format
            : throw new DataException($"'{path}' is a Parquet file but not of evaluation rows (no '{RowsSchema.FormatKey}' in its metadata); "
                + "give the rows.parquet of a study.");

    // Damaged bytes make the Parquet library throw nearly anything, so nearly anything is reported as damage, with the cause inside.
    private static DataException Explain(string path, Exception error) => error switch
    {
        DataException known => known,
        FileNotFoundException or DirectoryNotFoundException =>
            new DataException($"'{path}' does not exist; give the rows.parquet of a study.", error),
        UnauthorizedAccessException =>
            new DataException($"'{path}' cannot be read: it is a folder, or not yours to read; give the rows.parquet of a study.", error),
        _ => new DataException($"'{path}' is not a whole Parquet file ({error.Message.TrimEnd('.')}); "
            + "it is cut off, damaged or something else: evaluate again.", error),
    };

    private async Task<EvaluationRows> ReadAsync(int cell)
    {
        using var group = _parquet.OpenRowGroupReader(cell);
        var count = checked((int)group.RowCount);
        var fields = _parquet.Schema.GetDataFields().ToDictionary(field => field.Name);
        var key = KeyOf(_path, group, fields);
        if (!(await Values<int>(RowsSchema.Index).ConfigureAwait(false)).SequenceEqual(Enumerable.Range(0, count)))
            throw new DataException($"'{_path}': the inputs of {RowsSchema.NameOf(key)} are not in order; evaluate again.");
        var scores = new float[RowsSchema.Scores.Length][];
        foreach (var (i, field) in RowsSchema.Scores.Index())
            scores[i] = await Values<float>(field).ConfigureAwait(false);
        return new EvaluationRows(
            key, One<string>(_path, group, fields[RowsSchema.Origin.Name]),
            await Values<int>(RowsSchema.Label).ConfigureAwait(false), await Values<int>(RowsSchema.FloatClass).ConfigureAwait(false),
            await Values<int>(RowsSchema.QuantizedClass).ConfigureAwait(false), await Values<bool>(RowsSchema.Tie).ConfigureAwait(false),
            scores[0], scores[1], scores[2], scores[3], scores[4], scores[5], scores[6],
            scores[7], scores[8], scores[9], scores[10], scores[11], await Values<int>(RowsSchema.Top5).ConfigureAwait(false));

        async Task<T[]> Values<T>(DataField field) where T : struct
        {
            var values = new T[count];
            await group.ReadAsync<T>(fields[field.Name], values.AsMemory()).ConfigureAwait(false);
            return values;
        }
    }
}
