using System.Globalization;
using Spectre.Console;

namespace GpuQuant.Experiments;

/// <summary>Writes the small table of the paper's numbers beside ours.</summary>
internal static class PaperComparisonTable
{
    public static void Write(Rq1Block block, IReadOnlyList<PaperLine> lines, IAnsiConsole console)
    {
        if (lines.Count == 0)
            return;
        console.MarkupLine($"[bold]{Markup.Escape(block.Model)}[/] beside Hu et al. 2022 (one seed), in %");
        if (block.ShiftedSets.Count > 0)
            console.MarkupLine("[dim]shifted: the mean over the shifted test sets that both have[/]");
        var table = new Table { Border = TableBorder.Simple };
        string[] headers = ["", "original\nours", "\npaper", "shifted\nours", "\npaper"];
        foreach (var (index, header) in headers.Index())
        {
            table.AddColumn(new TableColumn(new Markup($"[bold]{header}[/]"))
            {
                NoWrap = true,
                Padding = new Padding(0, 0, 2, 0),
                Alignment = index == 0 ? Justify.Left : Justify.Right,
            });
        }
        foreach (var line in lines)
        {
            double?[] values = [line.Original, line.PaperOriginal, line.Shifted, line.PaperShifted];
            table.AddRow([new Text(Measure(line)), .. values.Select(value => new Text(CellText.Percent(value)))]);
        }
        WideConsole.Write(console, table);
        var orders = lines.Where(line => line.Order is not null)
            .Select(line => string.Create(CultureInfo.InvariantCulture, $"{Measure(line)} {line.Order:0.00}")).ToArray();
        if (orders.Length > 0)
            console.MarkupLine($"[dim]rank correlation with the paper over the shifted test sets: {string.Join(", ", orders)}[/]");
        console.WriteLine();
    }

    private static string Measure(PaperLine line) =>
        $"{line.Quantizer} {(line.Metric == PaperTable.Accuracy ? "accuracy" : "differ")}";
}
