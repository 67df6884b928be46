using System.Globalization;
using Spectre.Console;

namespace GpuQuant.Experiments;

/// <summary>A <see cref="LayerAnalysis"/> on a terminal: a line per layer, then the costs by width of arithmetic.</summary>
public static class LayerAnalysisTable
{
    /// <summary>Writes the tables.</summary>
    /// <param name="analysis">What to show.</param>
    /// <param name="console">Where to.</param>
    public static void Write(LayerAnalysis analysis, IAnsiConsole console)
    {
        var card = analysis.Card;
        console.MarkupLine($"[bold]{Markup.Escape($"{card.Dataset} {card.Architecture} {card.Strategy} {card.Quantizer}")}[/]");
        console.MarkupLine("[dim]dB: signal to quantization noise as deployed; own: of the layer alone; sat: beyond the range; "
            + "dead: range never used[/]");
        WideConsole.Write(console, Layers(analysis));
        WideConsole.Write(console, Widths(analysis));
    }

    private static Table Layers(LayerAnalysis analysis)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("layer", "op")
            .AddColumns(Right("MACs"), Right("width"), Right("bytes"), Right("weights\ndB"));
        foreach (var set in analysis.TestSets)
            table.AddColumns(Right($"{Markup.Escape(set.TestSet)}\ndB"), Right("\nown dB"), Right("\nsat %"), Right("\ndead %"));
        var (costs, weights) = (analysis.Costs.ToDictionary(cost => cost.Layer), analysis.Weights.ToDictionary(layer => layer.Layer));
        foreach (var (row, layer) in analysis.TestSets[0].Layers.Index())
        {
            var cost = costs[layer.Layer];
            table.AddRow([Markup.Escape(layer.Layer), layer.Kind, Count(cost.Macs), cost.Width, Count(cost.Bytes),
                weights.TryGetValue(layer.Layer, out var weight) ? Decibels(weight.Error.SqnrDb) : "",
                .. analysis.TestSets.SelectMany(set => Cells(set, row))]);
        }
        return table;
    }

    private static string[] Cells(TestSetComparison set, int row) =>
    [
        Decibels(set.Layers[row].Accumulated.SqnrDb), Decibels(set.Layers[row].Own.SqnrDb), Percent(set.Layers[row].SaturationPct),
        Percent(set.Layers[row].DeadRangePct),
    ];

    private static Table Widths(LayerAnalysis analysis)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("width").AddColumns(Right("MACs"), Right("share"), Right("bytes"));
        var all = Math.Max(1, analysis.Costs.Sum(cost => cost.Macs));
        foreach (var width in analysis.Costs.GroupBy(cost => cost.Width).Where(group => group.Sum(cost => cost.Macs + cost.Bytes) > 0))
        {
            var macs = width.Sum(cost => cost.Macs);
            table.AddRow(width.Key.Length > 0 ? width.Key : "no products", Count(macs), $"{Percent(100.0 * macs / all)}%",
                Count(width.Sum(cost => cost.Bytes)));
        }
        return table.AddRow("all", Count(analysis.Costs.Sum(cost => cost.Macs)), "", Count(analysis.Costs.Sum(cost => cost.Bytes)));
    }

    /// <summary>One decimal; <c>exact</c> where nothing differs.</summary>
    public static string Decibels(double value) =>
        double.IsPositiveInfinity(value) ? "exact" : value.ToString("0.0", CultureInfo.InvariantCulture);

    private static string Count(long value) => value == 0 ? "" : value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Percent(double? value) => value?.ToString("0.00", CultureInfo.InvariantCulture) ?? "";

    private static TableColumn Right(string title) => new TableColumn(title).RightAligned();
}
