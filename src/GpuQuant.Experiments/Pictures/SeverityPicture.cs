using System.Globalization;
using GpuQuant.Numerics;
using ScottPlot;

namespace GpuQuant.Experiments;

/// <summary>
/// Disagreement against the severity of a shift: a panel per model and deployment, a line per shift, from the original test set at 0 on;
/// the mean over the seeds.
/// </summary>
public static class SeverityPicture
{
    private const int PanelWidth = 600, PanelHeight = 400, Columns = 2, Lowest = -2;

    /// <summary>Whether there is something to draw: shifts at two severities or more.</summary>
    public static bool IsFor(Rq1 rq1) => Rq1Block.Of(rq1).Any(block => Shifts(block).Length > 0);

    /// <summary>Writes the picture twice, as PNG and as SVG.</summary>
    /// <param name="rq1">The summaries; test sets are named as in <c>fog:3</c>.</param>
    /// <param name="pathWithoutExtension">Where to; the extensions are added.</param>
    /// <exception cref="UsageException">No shift has two severities, or a model has more shifts than there are colours.</exception>
    /// <exception cref="DataException">A file cannot be written.</exception>
    public static void Write(Rq1 rq1, string pathWithoutExtension)
    {
        var blocks = Rq1Block.Of(rq1).Where(block => Shifts(block).Length > 0).ToArray();
        if (blocks.Length == 0)
            throw new UsageException("There is nothing to draw: no shift was run at two severities.");
        if (blocks.Max(block => Shifts(block).Length) is var count && count > PanelSheet.Palette.Count)
            throw new UsageException($"The picture shows up to {PanelSheet.Palette.Count} shifts, got {count}; leave some out.");
        var panels = blocks.SelectMany(block => block.Quantizers.Select((_, i) => (block, i))).ToArray();
        new PanelSheet("Disagreement against the severity of a shift",
            "severity 0: the original test set; the mean over the seeds; disagreements below 0.01% at the foot",
            Math.Min(Columns, panels.Length), PanelWidth, PanelHeight)
            .Write(pathWithoutExtension, () => [.. panels.Select(panel => Panel(panel.block, panel.i))]);
    }

    private static IGrouping<string, (string Shift, int Severity, Rq1Line Line)>[] Shifts(Rq1Block block) =>
    [
        .. block.Lines.Select(line => (Parts: line.TestSet!.Split(':'), line))
            .Where(line => line.Parts.Length == 2 && !line.Parts[0].Contains('+', StringComparison.Ordinal))
            .Select(line => (Shift: line.Parts[0], Severity: int.Parse(line.Parts[1], CultureInfo.InvariantCulture), Line: line.line))
            .GroupBy(line => line.Shift).Where(group => group.Count() > 1),
    ];

    private static Plot Panel(Rq1Block block, int quantizer)
    {
        var plot = PanelSheet.Panel($"{block.Model}, {block.Quantizers[quantizer]}", "severity", "disagreement, %");
        var original = block.Lines.FirstOrDefault(line => line.TestSet == StudyOrder.Original);
        var drawn = new List<Coordinates>();
        foreach (var (i, shift) in Shifts(block).Index())
        {
            Coordinates[] points = [.. shift.Select(line => (line.Severity, line.Line)).Concat(original is null ? [] : [(0, original)])
                .Where(point => point.Item2.Cells[quantizer] is not null).OrderBy(point => point.Item1)
                .Select(point => new Coordinates(point.Item1, LogAxis.Place(point.Item2.Cells[quantizer]!.Disagreement.Mean, Lowest)))];
            drawn.AddRange(points);
            var line = plot.Add.Scatter(points, PanelSheet.Palette[i]);
            (line.LegendText, line.LineWidth, line.MarkerSize) = (shift.Key.Replace('_', ' '), 2, 6);
        }
        LogAxis.Label(plot.Axes.Left, Lowest, 2);
        var most = drawn.Max(point => point.X);
        double[] severities = [.. Enumerable.Range(0, (int)most + 1).Select(severity => (double)severity)];
        plot.Axes.Bottom.SetTicks(severities, [.. severities.Select(severity => severity.ToString(CultureInfo.InvariantCulture))]);
        plot.Axes.SetLimits(-0.2, most + 0.2, Lowest - 0.1, Math.Max(0, Math.Ceiling(drawn.Max(point => point.Y))) + 0.1);
        PanelLegend.Show(plot);
        return plot;
    }
}
