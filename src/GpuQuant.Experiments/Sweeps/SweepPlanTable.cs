using System.Globalization;
using Spectre.Console;

namespace GpuQuant.Experiments;

/// <summary>A plan on a terminal: what would run, what is done, and how long the rest would take.</summary>
public static class SweepPlanTable
{
    /// <summary>Writes the table. Models of which none is finished are trained on a few batches to see how long they take.</summary>
    public static void Write(SweepPlan plan, IAnsiConsole console)
    {
        var estimate = new SweepEstimate(plan);
        var table = new Table { Border = TableBorder.Simple };
        string[] headers = ["run", "folder", "state", "results", "training takes about"];
        foreach (var (i, header) in headers.Index())
            table.AddColumn(new TableColumn(new Text(header)) { NoWrap = true, Alignment = i < 3 ? Justify.Left : Justify.Right });
        var left = TimeSpan.Zero;
        foreach (var run in plan.Runs)
        {
            var done = run.Files.Count(File.Exists);
            var time = run.IsTrained ? TimeSpan.Zero : estimate.Of(run);
            left += time;
            var results = string.Create(CultureInfo.InvariantCulture, $"{done}/{run.Files.Count}");
            table.AddRow(new Text(run.Title), new Text(Path.GetFileName(run.Path)), new Text(State(run)), new Text(results),
                new Text(run.IsTrained ? "" : Show(time)));
        }
        WideConsole.Write(console, table);
        var todo = plan.Runs.Count(run => !run.IsFinished);
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{plan.Runs.Count} runs, {plan.Runs.Count - todo} of them finished. Training the rest takes about {Show(left)} ")
            + "in one process; evaluation and retraining come on top.");
    }

    private static string State(SweepRun run) =>
        run.IsFinished ? "finished" : run.IsTrained ? "trained" : run.IsBegun ? "begun" : "to do";

    private static string Show(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours} h {time.Minutes:00} min")
        : time.TotalMinutes >= 1 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalMinutes:0} min")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, time.TotalSeconds):0} s");
}
