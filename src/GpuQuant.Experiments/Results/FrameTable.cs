using System.Globalization;
using Microsoft.Data.Analysis;
using Spectre.Console;

namespace GpuQuant.Experiments;

/// <summary>DataFrames on a terminal: numbers with two decimals, a dash for null.</summary>
public static class FrameTable
{
    /// <summary>Writes a table.</summary>
    /// <param name="frame">What to show.</param>
    /// <param name="console">Where to.</param>
    /// <param name="title">A line above it.</param>
    public static void Write(DataFrame frame, IAnsiConsole console, string title)
    {
        console.MarkupLine($"[bold]{Markup.Escape(title)}[/]");
        var table = new Table { Border = TableBorder.Simple };
        foreach (var column in frame.Columns)
        {
            var alignment = column.IsNumericColumn() ? Justify.Right : Justify.Left;
            table.AddColumn(new TableColumn(new Text(column.Name)) { NoWrap = true, Alignment = alignment });
        }
        for (var row = 0L; row < frame.Rows.Count; row++)
            table.AddRow([.. frame.Columns.Select(column => new Text(Cell(column[row])))]);
        WideConsole.Write(console, table);
    }

    private static string Cell(object? value) => value switch
    {
        null => CellText.Missing,
        double number => number.ToString("0.00", CultureInfo.InvariantCulture),
        float number => number.ToString("0.00", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? CellText.Missing,
    };
}
