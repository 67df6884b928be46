using System.CommandLine;
using GpuQuant.Experiments;

namespace GpuQuant.Cli;

/// <summary><c>gpuquant report</c>: a study's rows as one HTML page.</summary>
internal static class ReportCommand
{
    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var folder = new Argument<string>("DIR") { Description = "The folder of a study; what is made of it is written into it." };
        var skip = new Option<bool>("--skip-damaged") { Description = "Uses the rest where rows files are damaged; the page names these." };
        var command = new Command("report", "Answers the study's questions from the rows found in a folder: tables as csv, pictures, and "
            + "report.html, one page that needs no network."
            + "\n\nExample: gpuquant report runs/hu2022") { folder, skip };
        command.SetAction(parsed =>
        {
            var directory = parsed.GetRequiredValue(folder);
            var results = Results.Load(directory, parsed.GetValue(skip));
            foreach (var path in StudyReport.WriteFiles(results, StudyAnswers.Of(results), directory))
                parsed.InvocationConfiguration.Output.WriteLine(path);
        });
        return command;
    }
}
