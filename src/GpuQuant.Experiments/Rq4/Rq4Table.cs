using System.Globalization;
using Spectre.Console;

namespace GpuQuant.Experiments;

/// <summary>
/// The fourth question on a terminal: per net a block with a line per deployment, disagreements on the original test set before and after
/// retraining, means over the seeds, the paper's counts beside them.
/// </summary>
/// <example><c>Rq4Table.Write(rq4, AnsiConsole.Console, PaperRetraining.HuEtAl2022)</c></example>
public static class Rq4Table
{
    /// <summary>Writes the table, in colour where the console has colour.</summary>
    /// <param name="rq4">The answers.</param>
    /// <param name="console">Where to.</param>
    /// <param name="paper">Adds the paper's numbers.</param>
    public static void Write(Rq4 rq4, IAnsiConsole console, PaperRetraining? paper = null)
    {
        if (rq4.Rows.Count == 0)
            console.MarkupLine("There are no rows.");
        foreach (var net in rq4.Rows.GroupBy(row => (row.Dataset, row.Architecture)))
            WriteBlock(net.Key.Dataset, net.Key.Architecture, [.. net], console, paper);
    }

    /// <summary>The table as plain text without colours.</summary>
    /// <param name="rq4">The answers.</param>
    /// <param name="width">The columns to keep within.</param>
    /// <param name="paper">Adds the paper's numbers.</param>
    public static string ToText(Rq4 rq4, int width, PaperRetraining? paper = null) =>
        PlainText.Of(width, console => Write(rq4, console, paper));

    private static void WriteBlock(string dataset, string architecture, RetrainingRow[] rows, IAnsiConsole console, PaperRetraining? paper)
    {
        var seeds = rows.Select(row => row.Seed).Distinct().Count();
        console.MarkupLine(string.Create(CultureInfo.InvariantCulture,
            $"[bold]{Markup.Escape($"{dataset} {architecture}")}[/] disagreements of {rows[0].Inputs:N0} inputs when trained further ")
            + string.Create(CultureInfo.InvariantCulture, $"({seeds} {(seeds == 1 ? "seed" : "seeds, means")})"));
        var table = new Table { Border = TableBorder.Simple };
        string[] headers =
            ["", "before", "paper", "with them added", "paper", "old left", "new", "with random added", "with none added"];
        foreach (var (i, header) in headers.Index().Where(header => paper is not null || header.Item != "paper"))
            table.AddColumn(new TableColumn(new Text(header)) { NoWrap = true, Alignment = i == 0 ? Justify.Left : Justify.Right });
        foreach (var line in rows.GroupBy(row => row.Quantizer))
            table.AddRow([.. Cells(dataset, architecture, [.. line], paper).Select(cell => new Text(cell))]);
        WideConsole.Write(console, table);
        if (paper?.Changes(dataset, architecture) is { } changes)
            console.MarkupLine(string.Create(CultureInfo.InvariantCulture,
                $"[dim]paper, any deployment: {changes.OldRemaining} old left, {changes.New} new[/]"));
        console.WriteLine();
    }

    private static IEnumerable<string> Cells(string dataset, string architecture, RetrainingRow[] rows, PaperRetraining? paper)
    {
        var quantizer = rows[0].Quantizer;
        yield return quantizer;
        yield return Mean(rows, Treatment.None, row => row.Before);
        if (paper is not null)
            yield return Count(paper.Before(dataset, architecture, quantizer));
        yield return Mean(rows, Treatment.Disagreements, row => row.After);
        if (paper is not null)
            yield return Count(paper.After(dataset, architecture, quantizer));
        yield return Mean(rows, Treatment.Disagreements, row => row.OldRemaining);
        yield return Mean(rows, Treatment.Disagreements, row => row.New);
        yield return Mean(rows, Treatment.Random, row => row.After);
        yield return Mean(rows, Treatment.None, row => row.After);
    }

    private static string Mean(RetrainingRow[] rows, Treatment treatment, Func<RetrainingRow, int> count)
    {
        var some = rows.Where(row => row.Treatment == treatment).ToArray();
        return some.Length == 0 ? CellText.Missing : some.Average(count).ToString("0.0", CultureInfo.InvariantCulture);
    }

    private static string Count(int? count) => count?.ToString(CultureInfo.InvariantCulture) ?? CellText.Missing;
}
