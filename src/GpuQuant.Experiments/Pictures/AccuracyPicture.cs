using GpuQuant.Numerics;
using ScottPlot;

namespace GpuQuant.Experiments;

/// <summary>
/// The float model's accuracy on a test set against the share of its inputs on which each deployment disagrees: a panel per model, a point
/// per test set and deployment, the mean over the seeds.
/// </summary>
public static class AccuracyPicture
{
    private const int PanelWidth = 600, PanelHeight = 400, Columns = 2, Lowest = -2;

    /// <summary>Writes the picture twice, as PNG and as SVG.</summary>
    /// <param name="rq1">The summaries.</param>
    /// <param name="pathWithoutExtension">Where to; the extensions are added.</param>
    /// <exception cref="UsageException">There is no quantized model in the rows, or more deployments than colours.</exception>
    /// <exception cref="DataException">A file cannot be written.</exception>
    public static void Write(Rq1 rq1, string pathWithoutExtension)
    {
        var blocks = Rq1Block.Of(rq1).Where(block => block.Quantizers.Count > 0).ToArray();
        if (blocks.Length == 0)
            throw new UsageException("There is nothing to draw: the rows hold no quantized model.");
        var names = blocks.SelectMany(block => block.Quantizers).Distinct().ToArray();
        if (names.Length > PanelSheet.Palette.Count)
            throw new UsageException(
                $"The picture shows up to {PanelSheet.Palette.Count} deployments, got {names.Length}; leave some out.");
        new PanelSheet("Accuracy of the float model against disagreement of its deployments",
            "a point per test set, the original one ringed; the mean over the seeds; disagreements below 0.01% at the foot",
            Math.Min(Columns, blocks.Length), PanelWidth, PanelHeight)
            .Write(pathWithoutExtension, () => [.. blocks.Select(block => Panel(block, names))]);
    }

    private static Plot Panel(Rq1Block block, string[] names)
    {
        var plot = PanelSheet.Panel(block.Model, "accuracy of the float model, %", "disagreement, %");
        var drawn = new List<Coordinates>();
        foreach (var (i, quantizer) in block.Quantizers.Index())
        {
            var colour = PanelSheet.Palette[Array.IndexOf(names, quantizer)];
            var points = block.Lines.Where(line => line.Cells[i] is not null)
                .Select(line => (line.TestSet, Place: new Coordinates(
                    line.FloatAccuracy.Mean, LogAxis.Place(line.Cells[i]!.Disagreement.Mean, Lowest)))).ToArray();
            drawn.AddRange(points.Select(point => point.Place));
            var markers = plot.Add.Markers(points.Select(point => point.Place).ToArray(), MarkerShape.FilledCircle, 7, colour);
            markers.LegendText = quantizer;
            foreach (var point in points.Where(point => point.TestSet == StudyOrder.Original))
                plot.Add.Marker(point.Place, MarkerShape.OpenCircle, 14, colour);
        }
        LogAxis.Label(plot.Axes.Left, Lowest, 2);
        var (left, right) = (drawn.Min(point => point.X), drawn.Max(point => point.X));
        var margin = Math.Max(1, 0.05 * (right - left));
        plot.Axes.SetLimits(left - margin, right + margin, Lowest - 0.15, Math.Max(0, Math.Ceiling(drawn.Max(point => point.Y))) + 0.15);
        PanelLegend.Show(plot);
        return plot;
    }
}
