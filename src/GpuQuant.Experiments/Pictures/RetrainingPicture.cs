using GpuQuant.Numerics;
using ScottPlot;

namespace GpuQuant.Experiments;

/// <summary>
/// Disagreements on the original test set before and after training further, a panel per net and a group of bars per deployment: the mean
/// over the seeds, with a line from the least to the greatest.
/// </summary>
public static class RetrainingPicture
{
    private const int PanelWidth = 720, PanelHeight = 400, Columns = 2;

    private static readonly (string Name, Treatment Treatment, Func<RetrainingRow, int> Count)[] Bars =
    [
        ("before", Treatment.None, row => row.Before), ("disagreements added", Treatment.Disagreements, row => row.After),
        ("random inputs added", Treatment.Random, row => row.After), ("nothing added", Treatment.None, row => row.After),
    ];

    /// <summary>Writes the picture twice, as PNG and as SVG.</summary>
    /// <param name="rq4">The answers.</param>
    /// <param name="pathWithoutExtension">Where to; the extensions are added.</param>
    /// <exception cref="UsageException">Nothing was retrained.</exception>
    /// <exception cref="DataException">A file cannot be written.</exception>
    public static void Write(Rq4 rq4, string pathWithoutExtension)
    {
        var nets = rq4.Rows.GroupBy(row => (row.Dataset, row.Architecture)).ToArray();
        if (nets.Length == 0)
            throw new UsageException("There is nothing to draw: no model was trained further.");
        new PanelSheet("Disagreements before and after training further",
            "inputs of the original test set; bars: mean over the seeds, lines: least to greatest",
            Math.Min(Columns, nets.Length), PanelWidth, PanelHeight)
            .Write(pathWithoutExtension, () => [.. nets.Select(net => Panel($"{net.Key.Dataset} {net.Key.Architecture}", [.. net]))]);
    }

    private static Plot Panel(string title, RetrainingRow[] rows)
    {
        const double slot = 0.2;
        var plot = PanelSheet.Panel(title, "", "inputs that disagree");
        var quantizers = rows.Select(row => row.Quantizer).Distinct().ToArray();
        foreach (var (i, bar) in Bars.Index())
        {
            var places = quantizers.Index().Select(quantizer => (X: quantizer.Index + ((i - 1.5) * slot), Counts: rows
                .Where(row => row.Quantizer == quantizer.Item && row.Treatment == bar.Treatment).Select(bar.Count).ToArray()))
                .Where(place => place.Counts.Length > 0).ToArray();
            var colour = PanelSheet.Palette[i];
            var bars = plot.Add.Bars(places.Select(place => place.X).ToArray(), places.Select(place => place.Counts.Average()).ToArray());
            bars.LegendText = bar.Name;
            foreach (var one in bars.Bars)
                (one.Size, one.FillColor, one.LineWidth) = (0.9 * slot, colour, 0);
            foreach (var place in places)
            {
                var line = plot.Add.Line(place.X, place.Counts.Min(), place.X, place.Counts.Max());
                (line.Color, line.LineWidth) = (Colors.Gray, 2);
            }
        }
        plot.Axes.Bottom.SetTicks([.. quantizers.Select((_, i) => (double)i)], quantizers);
        plot.Axes.SetLimits(-0.5, quantizers.Length - 0.5, 0, 1.08 * Math.Max(1, rows.Max(row => Math.Max(row.Before, row.After))));
        PanelLegend.Show(plot);
        return plot;
    }
}
