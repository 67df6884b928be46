using System.CommandLine;
using GpuQuant.Experiments;

namespace GpuQuant.Cli;

/// <summary><c>gpuquant report</c>: a study's rows as one HTML page.</summary>
internal static class ReportCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var folder = new Argument<string>("DIR") { Description = "The folder of a study; report.html is written into it." };
        var skip = new Option<bool>("--skip-damaged") { Description = "Uses the rest where rows files are damaged; the page names these." };
        var command = new Command("report", "Writes DIR/report.html from the rows found in a study's folder: one page without a network."
            + "\n\nExample: gpuquant report runs/hu2022") { folder, skip };
        command.SetAction(parsed =>
        {
            var directory = parsed.GetRequiredValue(folder);
            var results = Results.Load(directory, parsed.GetValue(skip));
            var pictures = new List<(string, string)>();
            var rq1 = results.ToRq1();
            if (rq1.Rows.Any(row => !row.IsReference))
            {
                var picture = Path.Combine(directory, "pictures", "rq1");
                Rq1Picture.Write(rq1, picture);
                pictures.Add((picture + ".svg", "Disagreements by test set and deployment, in percent"));
            }
            var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)));
            var path = Path.Combine(directory, "report.html");
            StudyHtml.Of($"Quantized models against their originals: {name}", results, pictures).Write(path);
            parsed.InvocationConfiguration.Output.WriteLine(path);
        });
        return command;
    }
}
