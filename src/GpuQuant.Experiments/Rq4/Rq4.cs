using System.Globalization;
using GpuQuant.Data.Text;
using GpuQuant.Numerics;
using Microsoft.Data.Analysis;

namespace GpuQuant.Experiments;

/// <summary>The fourth research question: does training further with the disagreements added remove them?</summary>
/// <param name="rows">The rows of any models.</param>
/// <example><c>Rq4.Read("runs/mnist/rq4.csv").ToDataFrame()</c></example>
public sealed class Rq4(IEnumerable<RetrainingRow> rows)
{
    private static readonly (string Name, Func<RetrainingRow, int> Value)[] Counts =
    [
        ("inputs", row => row.Inputs), ("added", row => row.Added), ("before", row => row.Before), ("after", row => row.After),
        ("old_remaining", row => row.OldRemaining), ("new", row => row.New), ("held_out", row => row.HeldOut),
        ("held_out_new", row => row.HeldOutNew), ("correct_before", row => row.CorrectBefore), ("correct_after", row => row.CorrectAfter),
    ];

    private static readonly string[] Header =
        ["dataset", "architecture", "seed", "treatment", "quantizer", .. Counts.Select(count => count.Name)];

    /// <summary>In the study's order; of each model the treatments, and of each treatment the deployments and <c>any</c>.</summary>
    public IReadOnlyList<RetrainingRow> Rows { get; } =
    [
        .. rows.OrderBy(row => new Evaluation.CellKey(row.Dataset, row.Architecture, "", row.Seed, "", ""), StudyOrder.Instance)
            .ThenBy(row => row.Treatment),
    ];

    /// <summary>Reads what <see cref="WriteCsv"/> wrote.</summary>
    /// <exception cref="DataException">The file is missing, damaged or another.</exception>
    public static Rq4 Read(string path)
    {
        using var stream = Open(path);
        var reader = new CsvReader(stream, path);
        var columns = Header.Select(reader.Column).ToArray();
        var rows = new List<RetrainingRow>();
        while (reader.Read())
            rows.Add(RowOf(reader, columns));
        return new Rq4(rows);
    }

    /// <summary>
    /// Writes a line per row: <c>dataset,architecture,seed,treatment,quantizer</c> and the counts of <see cref="RetrainingRow"/>.
    /// </summary>
    /// <exception cref="DataException">The file cannot be written.</exception>
    public void WriteCsv(string path) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true) { NewLine = "\n" };
        writer.WriteLine(string.Join(',', Header));
        foreach (var row in Rows)
        {
            string[] names = [row.Dataset, row.Architecture, Text(row.Seed), Retraining.Name(row.Treatment), row.Quantizer];
            writer.WriteLine(string.Join(',', [.. names.Select(CsvField.Quote), .. Counts.Select(count => Text(count.Value(row)))]));
        }
    });

    /// <summary>A line per row, in the columns of the csv.</summary>
    public DataFrame ToDataFrame() => new(
    [
        new StringDataFrameColumn("dataset", Rows.Select(row => row.Dataset)),
        new StringDataFrameColumn("architecture", Rows.Select(row => row.Architecture)),
        new Int64DataFrameColumn("seed", Rows.Select(row => unchecked((long)row.Seed))),
        new StringDataFrameColumn("treatment", Rows.Select(row => Retraining.Name(row.Treatment))),
        new StringDataFrameColumn("quantizer", Rows.Select(row => row.Quantizer)),
        .. Counts.Select(count => new Int32DataFrameColumn(count.Name, Rows.Select(count.Value))),
    ]);

    private static RetrainingRow RowOf(CsvReader reader, int[] columns)
    {
        var counts = columns[5..].Select(Number).ToArray();
        var treatment = Enum.GetValues<Treatment>().Cast<Treatment?>()
            .FirstOrDefault(treatment => Retraining.Name(treatment!.Value) == reader.Text(columns[3]))
            ?? throw reader.Bad($"has the treatment '{reader.Text(columns[3])}', expected disagreements, random or none");
        var seed = ulong.TryParse(reader.Text(columns[2]), CultureInfo.InvariantCulture, out var value)
            ? value : throw reader.Bad($"has the seed '{reader.Text(columns[2])}', expected a whole number");
        return new(reader.Text(columns[0]), reader.Text(columns[1]), seed, treatment, reader.Text(columns[4]), counts[0], counts[1],
            counts[2], counts[4], counts[5], counts[6], counts[7], counts[8], counts[9]);

        int Number(int column) => int.TryParse(reader.Text(column), CultureInfo.InvariantCulture, out var count) && count >= 0
            ? count : throw reader.Bad($"has the count '{reader.Text(column)}', expected a whole number");
    }

    private static FileStream Open(string path)
    {
        try
        {
            return File.OpenRead(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataException($"'{path}' cannot be read ({error.Message.TrimEnd('.')}); run the study first.", error);
        }
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
