using System.Globalization;
using GpuQuant.Backends;
using GpuQuant.Evaluation;
using Spectre.Console;

namespace GpuQuant.Experiments;

/// <summary>
/// What an evaluation leaves behind: <c>rows.parquet</c>, <c>rq1.csv</c>, <c>pictures/rq1.png</c> and <c>.svg</c>, and the table.
/// </summary>
public static class EvaluationReport
{
    /// <summary>Writes the files and shows the table and the files' paths.</summary>
    /// <param name="rows">The results.</param>
    /// <param name="folder">Where the files go.</param>
    /// <param name="device">The device that computed them.</param>
    /// <param name="asJson">Whether to show JSON in place of the table.</param>
    /// <param name="console">Where to show it.</param>
    public static void Write(IReadOnlyList<EvaluationRows> rows, string folder, DeviceInfo device, bool asJson, IAnsiConsole console)
    {
        var rq1 = Rq1.Of(rows);
        var (rowsPath, csvPath) = (Path.Combine(folder, "rows.parquet"), Path.Combine(folder, "rq1.csv"));
        RowsFile.Write(rowsPath, rows, RunEnvironment.Metadata(device.Name));
        rq1.WriteCsv(csvPath);
        var paths = new List<string> { csvPath, rowsPath };
        if (rq1.Rows.Any(row => !row.IsReference))
        {
            var picture = Path.Combine(folder, "pictures", "rq1");
            Rq1Picture.Write(rq1, picture);
            paths.AddRange([picture + ".png", picture + ".svg"]);
        }
        if (asJson)
        {
            console.Profile.Out.Writer.WriteLine(Rq1Table.ToJson(rq1, PaperTable.HuEtAl2022));
            return;
        }
        Rq1Table.Write(rq1, console, PaperTable.HuEtAl2022);
        foreach (var path in paths)
            console.Profile.Out.Writer.WriteLine(path);
    }
}
