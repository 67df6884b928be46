using System.Globalization;
using System.Text;
using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>The file of <see cref="BenchmarkRow"/>s: each work and peer once, with its latest measurement.</summary>
public static class BenchmarkCsv
{
    /// <summary>The first line.</summary>
    public const string Header = "work,ours,peer,peer_name,unit,ratio,device,commit,date";

    /// <summary>Writes rows into a file: in place of those of the same work and peer that it holds, the others at its end.</summary>
    /// <param name="path">The file, which need not exist yet.</param>
    /// <param name="rows">The rows.</param>
    /// <exception cref="DataException">The file holds something else, or cannot be written.</exception>
    public static void Merge(string path, IEnumerable<BenchmarkRow> rows)
    {
        var lines = File.Exists(path) ? Read(path) : [];
        foreach (var row in rows)
        {
            var line = Line(row);
            var place = lines.FindIndex(other => Key(other) == Key(line));
            if (place < 0)
                lines.Add(line);
            else
                lines[place] = line;
        }
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(string.Join('\n', [Header, .. lines]) + '\n')));
    }

    /// <summary>The rows of a file.</summary>
    /// <exception cref="DataException">There is no such file, or it holds something else.</exception>
    public static IReadOnlyList<BenchmarkRow> Rows(string path) => File.Exists(path)
        ? [.. Read(path).Select(line => Row(path, line))]
        : throw new DataException($"There is no benchmark table {path}.");

    private static BenchmarkRow Row(string path, string line)
    {
        var fields = CsvField.Split(line);
        try
        {
            return new(fields[0], Value(1), Value(2), fields[3], fields[4], Value(5), fields[6], fields[7],
                DateOnly.ParseExact(fields[8], "yyyy-MM-dd", CultureInfo.InvariantCulture));
        }
        catch (Exception error) when (error is FormatException or ArgumentOutOfRangeException or IndexOutOfRangeException)
        {
            throw new DataException($"{path} holds a line that is no benchmark row: '{line}'.");
        }

        double Value(int index) => double.Parse(fields[index], CultureInfo.InvariantCulture);
    }

    private static List<string> Read(string path)
    {
        var lines = File.ReadAllLines(path);
        return lines.Length > 0 && lines[0] == Header
            ? [.. lines.Skip(1)]
            : throw new DataException($"{path} is no benchmark table: its first line is not '{Header}'. Name another file.");
    }

    private static string Line(BenchmarkRow row) => string.Join(',',
        CsvField.Quote(row.Work), Number(row.Ours), Number(row.Peer), CsvField.Quote(row.PeerName), CsvField.Quote(row.Unit),
        row.Ratio.ToString("0.000", CultureInfo.InvariantCulture), CsvField.Quote(row.Device), row.Commit,
        row.Date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));

    /// <summary>Work and peer of a line, the latter without how it did the work, which may change from run to run.</summary>
    private static (string Work, string Peer) Key(string line)
    {
        var fields = CsvField.Split(line);
        return fields.Count > 3 ? (fields[0], fields[3].Split(',')[0]) : (line, "");
    }

    private static string Number(double value) => value.ToString(value < 100 ? "0.00" : "0", CultureInfo.InvariantCulture);
}
