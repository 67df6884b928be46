using GpuQuant.Numerics;
using Microsoft.Data.Analysis;
using Parquet;
using Parquet.Schema;

namespace GpuQuant.Experiments;

/// <summary>DataFrames on disk; nulls stay nulls.</summary>
public static class FrameFile
{
    /// <summary>Writes comma-separated values with a header line; numbers have all their digits, a null is an empty field.</summary>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public static void WriteCsv(this DataFrame frame, string path) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(string.Join(',', frame.Columns.Select(column => CsvField.Quote(column.Name))));
        for (var row = 0L; row < frame.Rows.Count; row++)
            writer.WriteLine(string.Join(',', frame.Columns.Select(column => CsvField.Quote(Frames.Text(column[row])))));
    });

    /// <summary>Writes Parquet, one row group, every column nullable.</summary>
    /// <exception cref="UsageException">A column is neither text, truth values, nor 32 or 64 bit numbers.</exception>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public static void WriteParquet(this DataFrame frame, string path)
    {
        var fields = frame.Columns.Select(Field).ToArray();
        AtomicFile.Write(path, stream => WriteAsync(stream, frame, fields).GetAwaiter().GetResult());
    }

    private static async Task WriteAsync(Stream stream, DataFrame frame, DataField[] fields)
    {
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), stream).ConfigureAwait(false);
        using var group = writer.CreateRowGroup();
        foreach (var (column, field) in frame.Columns.Zip(fields))
            await WriteColumn(group, column, field).ConfigureAwait(false);
        group.CompleteValidate();
    }

    private static DataField Field(DataFrameColumn column) => Type.GetTypeCode(column.DataType) switch
    {
        TypeCode.String => new DataField(column.Name, typeof(string), isNullable: true),
        TypeCode.Boolean or TypeCode.Int32 or TypeCode.Int64 or TypeCode.Single or TypeCode.Double =>
            new DataField(column.Name, column.DataType, isNullable: true),
        _ => throw new UsageException($"The column '{column.Name}' of {column.DataType.Name} cannot be written as Parquet; "
            + "make it text, truth values, or 32 or 64 bit numbers."),
    };

    private static async Task WriteColumn(ParquetRowGroupWriter group, DataFrameColumn column, DataField field)
    {
        var writing = Type.GetTypeCode(column.DataType) switch
        {
            TypeCode.Boolean => Numbers<bool>(),
            TypeCode.Int32 => Numbers<int>(),
            TypeCode.Int64 => Numbers<long>(),
            TypeCode.Single => Numbers<float>(),
            TypeCode.Double => Numbers<double>(),
            _ => group.WriteAsync(field, Values().Select(value => (string?)value).ToArray()!),
        };
        await writing.ConfigureAwait(false);

        Task Numbers<T>() where T : struct =>
            group.WriteAsync<T>(field, new ReadOnlyMemory<T?>([.. Values().Select(value => (T?)value)]));

        IEnumerable<object?> Values() => Enumerable.Range(0, checked((int)column.Length)).Select(row => column[row]);
    }
}
