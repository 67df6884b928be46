using System.Globalization;
using GpuQuant.Numerics;
using ScottPlot;

namespace GpuQuant.Experiments;

/// <summary>A benchmark table as a picture: a bar per work and peer on a logarithmic scale; to the right of 1, ours is better.</summary>
/// <example><c>BenchmarkPicture.Write(BenchmarkCsv.Rows("results/benchmarks/cpu.csv"), "results/benchmarks/cpu")</c>.</example>
public static class BenchmarkPicture
{
    private const int Width = 1000, RowHeight = 26, Margins = 130;
    private static readonly Color Better = Color.FromHex("#2a7f62"), Worse = Color.FromHex("#c25b3f");

    /// <summary>Writes the picture as PNG and as SVG.</summary>
    /// <param name="rows">The rows, drawn from top to bottom.</param>
    /// <param name="pathWithoutExtension">Where to; the extensions are added.</param>
    /// <exception cref="UsageException">There are no rows.</exception>
    public static void Write(IReadOnlyList<BenchmarkRow> rows, string pathWithoutExtension)
    {
        if (rows.Count == 0)
            throw new UsageException("There is nothing to draw: the benchmark table has no rows.");
        var height = Margins + RowHeight * rows.Count;
        // The library's first picture of a process differs in the text from all later ones; it is thrown away.
        Draw(rows).GetImageBytes(Width, height, ImageFormat.Png);
        var plot = Draw(rows);
        AtomicFile.Write(pathWithoutExtension + ".png", stream => stream.Write(plot.GetImageBytes(Width, height, ImageFormat.Png)));
        AtomicFile.Write(pathWithoutExtension + ".svg",
            stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(Draw(rows).GetSvgXml(Width, height))));
    }

    private static Plot Draw(IReadOnlyList<BenchmarkRow> rows)
    {
        var plot = new Plot();
        plot.Font.Set("DejaVu Sans");
        for (var i = 0; i < rows.Count; i++)
            AddBar(plot, rows[i], rows.Count - i);
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericManual(
            [.. rows.Select((row, i) => new Tick(rows.Count - i, $"{row.Work}, {row.PeerName.Split(',')[0]}"))]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        double[] ticks = [0.25, 0.5, 1, 2, 4, 8];
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual(
            [.. ticks.Select(tick => new Tick(Math.Log2(tick), tick.ToString(CultureInfo.InvariantCulture)))]);
        var one = plot.Add.VerticalLine(0);
        (one.LineWidth, one.LineColor) = (1.5f, Colors.Black);
        plot.HideGrid();
        plot.Axes.SetLimits(
            Math.Min(-1, rows.Min(row => Math.Log2(row.Ratio)) - 0.5), Math.Max(1, rows.Max(row => Math.Log2(row.Ratio)) + 0.6),
            0.3, rows.Count + 0.7);
        plot.Title($"Ours against the peer, ratio of medians (above 1: ours is better)\n{rows[0].Device}", 14);
        return plot;
    }

    private static void AddBar(Plot plot, BenchmarkRow row, double position)
    {
        var length = Math.Log2(row.Ratio);
        var bar = plot.Add.Bar(new Bar
        {
            Position = position,
            Value = length,
            Size = 0.7,
            FillColor = row.Ratio >= 1 ? Better : Worse,
            LineWidth = 0,
        });
        bar.Horizontal = true;
        var text = plot.Add.Text(row.Ratio.ToString("0.00", CultureInfo.InvariantCulture), length, position);
        (text.LabelFontSize, text.LabelFontColor) = (12, Colors.Black);
        text.LabelAlignment = length >= 0 ? Alignment.MiddleLeft : Alignment.MiddleRight;
        text.OffsetX = length >= 0 ? 5 : -5;
    }
}
