using GpuQuant.Numerics;
using Spectre.Console;

namespace GpuQuant.Experiments;

/// <summary>What a study leaves behind: its answers as csv files, pictures and one page, and the tables on a console.</summary>
public static class StudyReport
{
    /// <summary>Writes csv files, pictures and <c>report.html</c>.</summary>
    /// <param name="results">What was found.</param>
    /// <param name="answers">What follows from it.</param>
    /// <param name="folder">The study's folder.</param>
    /// <returns>The paths, the page first.</returns>
    /// <exception cref="DataException">A file cannot be written.</exception>
    public static IReadOnlyList<string> WriteFiles(Results results, StudyAnswers answers, string folder)
    {
        var (rq1, rq3, rq4) = (Path.Combine(folder, "rq1.csv"), Path.Combine(folder, "rq3.csv"), Path.Combine(folder, "rq4.csv"));
        answers.Rq1.WriteCsv(rq1);
        answers.Rq3.WriteCsv(rq3);
        answers.Rq4.WriteCsv(rq4);
        var pictures = StudyPictures.Write(answers, Path.Combine(folder, "pictures"));
        var page = Path.Combine(folder, "report.html");
        var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        StudyHtml.Of($"Quantized models against their originals: {name}", results, pictures, answers).Write(page);
        return [page, rq1, rq3, rq4, .. answers.Findings.WriteCsv(folder), .. pictures.Select(picture => picture.Path)];
    }

    /// <summary>Writes everything.</summary>
    /// <param name="results">What was found.</param>
    /// <param name="folder">The study's folder.</param>
    /// <param name="asJson">The first question's table as JSON on the console, and nothing else there.</param>
    /// <param name="console">Where tables go.</param>
    /// <exception cref="DataException">A file cannot be written.</exception>
    public static void Write(Results results, string folder, bool asJson, IAnsiConsole console)
    {
        var answers = StudyAnswers.Of(results);
        var paths = WriteFiles(results, answers, folder);
        if (asJson)
        {
            console.Profile.Out.Writer.WriteLine(Rq1Table.ToJson(answers.Rq1, PaperTable.HuEtAl2022));
            return;
        }
        Rq1Table.Write(answers.Rq1, console, PaperTable.HuEtAl2022);
        Rq3Table.Write(answers.Rq3, console, PaperUncertainties.HuEtAl2022);
        if (answers.Rq4.Rows.Count > 0)
            Rq4Table.Write(answers.Rq4, console, PaperRetraining.HuEtAl2022);
        FindingsTable.Write(answers.Findings, console);
        foreach (var path in paths)
            console.Profile.Out.Writer.WriteLine(path);
    }
}
