using System.Globalization;
using Spectre.Console;

namespace GpuQuant.Experiments;

/// <summary>Writes one block, in as many tables below each other as its quantizers need.</summary>
internal sealed class Rq1BlockTable(Rq1Block block, IAnsiConsole console)
{
    // The border has a blank at either end and one between columns; each column has one more behind it.
    private const int Edges = 3, Gap = 2;

    private readonly CellText _text = new(console.Profile.Capabilities.Unicode);

    public void Write()
    {
        WriteTitle();
        var first = Column("test set", line => line.Title);
        var accuracy = Column("float32\nacc. %", line => _text.Value(line.FloatAccuracy, Deviations, Marks, line.Partial));
        var quantizers = block.Quantizers.Select(QuantizerColumn).ToArray();
        foreach (var part in Parts(first, accuracy, quantizers))
            WriteTable([first, accuracy, .. part]);
        if (Marks)
            console.MarkupLine("[dim]* some seeds or test sets are missing from this mean[/]");
        console.WriteLine();
    }

    private bool Deviations => block.Seeds.Count > 1;

    private bool Marks => block.AllLines.Any(line => line.Partial || line.Cells.Any(cell => cell?.Partial == true));

    private void WriteTitle()
    {
        var seeds = Deviations
            ? string.Create(CultureInfo.InvariantCulture, $"{block.Seeds.Count} seeds, mean {_text.PlusMinus} standard deviation")
            : string.Create(CultureInfo.InvariantCulture, $"seed {block.Seeds[0]}");
        console.MarkupLine($"[bold]{Markup.Escape(block.Model)}[/] ({seeds})");
        if (block.Quantizers.Count > 0)
            console.MarkupLine("[dim]%: inputs classified unlike float32; pts: accuracy minus float32's, in points[/]");
    }

    private TextColumn Column(string header, Func<Rq1Line, string> text) =>
        new(header, [.. block.Lines.Select(text)], block.ShiftedMean is { } mean ? text(mean) : null);

    private TextColumn QuantizerColumn(string name, int index)
    {
        var differ = Column("%", line => Differ(line.Cells[index]));
        var points = Column("pts", line => CellText.Points(line.Cells[index]?.AccuracyDifference));
        var pair = differ.Beside(points);
        return pair with { Header = $"{name}\n{pair.Header}" };

        string Differ(Rq1Cell? cell) => _text.Value(cell?.Disagreement, Deviations, Marks, cell?.Partial == true);
    }

    // As few tables as fit, with about as many quantizers in each.
    private IEnumerable<TextColumn[]> Parts(TextColumn first, TextColumn accuracy, TextColumn[] quantizers)
    {
        if (quantizers.Length == 0)
            return [[]];
        var room = console.Profile.Width - Edges - first.Width - accuracy.Width - Gap;
        var widest = quantizers.Max(column => column.Width) + Gap;
        var most = Math.Clamp(room / widest, 1, quantizers.Length);
        var tables = (quantizers.Length + most - 1) / most;
        return quantizers.Chunk((quantizers.Length + tables - 1) / tables);
    }

    private void WriteTable(TextColumn[] columns)
    {
        var table = new Table { Border = TableBorder.Simple, ShowFooters = block.ShiftedMean is not null };
        foreach (var (index, column) in columns.Index())
        {
            table.AddColumn(new TableColumn(Bold(column.Header))
            {
                NoWrap = true,
                Padding = new Padding(0, 0, Gap - 1, 0),
                Alignment = index == 0 ? Justify.Left : Justify.Right,
                Footer = column.Footer is null ? null : Bold(column.Footer),
            });
        }
        for (var line = 0; line < block.Lines.Count; line++)
            table.AddRow(columns.Select(column => new Text(column.Cells[line])).ToArray());
        WideConsole.Write(console, table);

        static Markup Bold(string text) => new($"[bold]{Markup.Escape(text)}[/]");
    }
}
