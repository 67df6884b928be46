using System.Globalization;
using Spectre.Console;

namespace GpuQuant.Peers;

/// <summary>The comparisons on a terminal, a row as soon as it is there; the columns have fixed widths so that rows stay aligned.</summary>
internal sealed class ComparisonTable(IAnsiConsole console)
{
    private bool _hasHeader;

    public void Write(IEnumerable<Comparison> comparisons)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = !_hasHeader };
        foreach (var (header, width) in new[] { ("work", 22), ("peer", 30), ("unit", 9) })
            table.AddColumn(new TableColumn(header).Width(width).NoWrap());
        foreach (var (header, width) in new[] { ("ours", 10), ("peer", 10), ("ratio", 6), ("spread", 13) })
            table.AddColumn(new TableColumn(header).Width(width).NoWrap().RightAligned());
        foreach (var comparison in comparisons)
            table.AddRow(comparison.Work, Markup.Escape(comparison.PeerName), comparison.Unit, Number(comparison.OursMedian),
                Number(comparison.PeerMedian), Ratio(comparison.Ratio),
                $"{Ratio(comparison.Spread.Least)} - {Ratio(comparison.Spread.Greatest)}");
        if (table.Rows.Count == 0)
            return;
        console.Write(table);
        _hasHeader = true;
    }

    private static string Number(double value) =>
        value.ToString(value < 100 ? "N1" : "N0", CultureInfo.InvariantCulture);

    private static string Ratio(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);
}
