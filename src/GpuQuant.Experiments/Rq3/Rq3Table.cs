using System.Globalization;
using Spectre.Console;

namespace GpuQuant.Experiments;

/// <summary>
/// The third question on a terminal: per net a block with a line per uncertainty, means over the seeds in percent, the paper's values
/// (one seed) beside them.
/// </summary>
/// <example><c>Rq3Table.Write(rq3, AnsiConsole.Console, PaperUncertainties.HuEtAl2022)</c></example>
public static class Rq3Table
{
    private const int PaperMetrics = 3;

    /// <summary>Writes the table, in colour where the console has colour.</summary>
    /// <param name="rq3">The answers.</param>
    /// <param name="console">Where to.</param>
    /// <param name="paper">Adds the paper's numbers.</param>
    public static void Write(Rq3 rq3, IAnsiConsole console, PaperUncertainties? paper = null)
    {
        if (rq3.Rows.Count == 0)
            console.MarkupLine("There are no rows.");
        foreach (var block in rq3.Aggregate().GroupBy(line => line.Model))
            WriteBlock([.. block], rq3.Rows.Where(row => row.Model with { Seed = 0 } == block.Key), console, paper);
    }

    /// <summary>The table as plain text without colours.</summary>
    /// <param name="rq3">The answers.</param>
    /// <param name="width">The columns to keep within.</param>
    /// <param name="paper">Adds the paper's numbers.</param>
    public static string ToText(Rq3 rq3, int width, PaperUncertainties? paper = null) =>
        PlainText.Of(width, console => Write(rq3, console, paper));

    private static void WriteBlock(
        Rq3Aggregate[] lines, IEnumerable<Rq3Row> rows, IAnsiConsole console, PaperUncertainties? paper)
    {
        var (model, seeds) = (lines[0].Model, rows.Select(row => row.Model.Seed).Distinct().Count());
        var name = Markup.Escape($"{model.Dataset} {model.Architecture} {model.Strategy}");
        var counts = string.Create(CultureInfo.InvariantCulture, $"{lines[0].Disagreeing} in {seeds} {(seeds == 1 ? "seed" : "seeds")}");
        console.MarkupLine($"[bold]{name}[/] telling the inputs that disagree ({counts}), in %");
        if (lines[0].Reason is { } reason)
        {
            console.MarkupLine($"[dim]no result: {Markup.Escape(reason)}[/]");
            console.WriteLine();
            return;
        }
        var table = new Table { Border = TableBorder.Simple };
        string[] headers = paper is null ? ["", "AUROC", "AUPR", "TNR at 95% TPR", "score alone"]
            : ["", "AUROC", "paper", "AUPR", "paper", "TNR at 95% TPR", "paper", "score alone"];
        foreach (var (i, header) in headers.Index())
            table.AddColumn(new TableColumn(new Text(header)) { NoWrap = true, Alignment = i == 0 ? Justify.Left : Justify.Right });
        foreach (var line in lines)
            table.AddRow([.. Cells(line, new CellText(console.Profile.Capabilities.Unicode), paper).Select(cell => new Text(cell))]);
        WideConsole.Write(console, table);
        console.WriteLine();
    }

    private static IEnumerable<string> Cells(Rq3Aggregate line, CellText text, PaperUncertainties? paper)
    {
        yield return line.Uncertainty;
        foreach (var (i, spread) in new[] { line.Auroc, line.Aupr, line.TnrAt95Tpr, line.RawAuroc }.Index())
        {
            yield return text.Value(spread, deviations: spread?.StandardDeviation is not null, marks: false, partial: false);
            var (model, metric) = (line.Model, Rq3Csv.Metrics[i].Name);
            if (paper is not null && i < PaperMetrics)
                yield return CellText.Percent(paper.Find(model.Dataset, model.Architecture, model.Strategy, line.Uncertainty, metric));
        }
    }
}
