using GpuQuant.Backends;
using GpuQuant.Numerics;
using Spectre.Console;

namespace GpuQuant.Experiments;

/// <summary>What a study writes when it is done: the answers as csv files, pictures and a page, and the tables on a console.</summary>
public static class StudyReport
{
    /// <summary>Writes everything.</summary>
    /// <param name="results">What was found.</param>
    /// <param name="folder">The study's folder.</param>
    /// <param name="asJson">The first question's table as JSON on the console, and nothing else there.</param>
    /// <param name="console">Where tables go.</param>
    /// <exception cref="DataException">A file cannot be written.</exception>
    public static void Write(Results results, string folder, bool asJson, IAnsiConsole console)
    {
        var (rq1, rq4) = (results.ToRq1(), results.ToRq4());
        var evidence = new StudyEvidence.Collector();
        var rq3 = Rq3.Of(results.Rows().Select(cell =>
        {
            evidence.Add(cell);
            return cell;
        }));
        var findings = StudyFindings.Of(evidence.ToEvidence(), rq3, rq4);
        var paths = new List<string> { Path.Combine(folder, "rq1.csv"), Path.Combine(folder, "rq3.csv"), Path.Combine(folder, "rq4.csv") };
        rq1.WriteCsv(paths[0]);
        rq3.WriteCsv(paths[1]);
        rq4.WriteCsv(paths[2]);
        paths.AddRange(findings.WriteCsv(folder));
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
        Rq3Table.Write(rq3, console, PaperUncertainties.HuEtAl2022);
        if (rq4.Rows.Count > 0)
            Rq4Table.Write(rq4, console, PaperRetraining.HuEtAl2022);
        FindingsTable.Write(findings, console);
        foreach (var path in paths)
            console.Profile.Out.Writer.WriteLine(path);
    }
}
