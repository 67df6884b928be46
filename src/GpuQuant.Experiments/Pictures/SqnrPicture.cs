using GpuQuant.Evaluation;
using GpuQuant.Numerics;
using ScottPlot;

namespace GpuQuant.Experiments;

/// <summary>
/// What quantization does to a net layer by layer, on clean data and on shifted: above the signal to quantization noise ratio of every
/// layer, a line per test set; below, where there are integers, the values that saturate.
/// </summary>
public static class SqnrPicture
{
    private const int Width = 1200, PanelHeight = 430, Left = 78, Legend = 190;

    /// <summary>Writes the picture twice, as PNG and as SVG.</summary>
    /// <param name="analysis">The comparisons; one test set at least.</param>
    /// <param name="pathWithoutExtension">Where to; the extensions are added.</param>
    /// <exception cref="UsageException">There are more test sets than colours, or none.</exception>
    /// <exception cref="DataException">A file cannot be written.</exception>
    public static void Write(LayerAnalysis analysis, string pathWithoutExtension)
    {
        var most = PanelSheet.Palette.Count;
        if (analysis.TestSets.Count is var count && (count < 1 || count > most))
            throw new UsageException($"The picture shows 1 to {most} test sets, got {count}; name fewer.");
        var card = analysis.Card;
        new PanelSheet($"{card.Architecture} on {card.Dataset}, {card.Quantizer} against float32, layer by layer",
            "errors of all layers before included, as deployed; thin grey line: the layer's own error alone; no mark: nothing differs",
            1, Width, PanelHeight).Write(pathWithoutExtension, () => Panels(analysis));
    }

    private static Plot[] Panels(LayerAnalysis analysis)
    {
        var ratios = Panel(
            analysis, "Signal to quantization noise ratio of each layer's output", "SQNR, dB", layer => layer.Accumulated.SqnrDb);
        AddLine(ratios, analysis.TestSets[0].Layers, layer => layer.Own.SqnrDb, Colors.Gray, $"{analysis.TestSets[0].TestSet}, own",
            isThin: true);
        if (analysis.TestSets.All(set => set.Layers.All(layer => layer.SaturationPct is null)))
            return [ratios];
        var saturation = Panel(analysis, "Values beyond the range of the layer's integers (without probabilities: 1 always is)",
            "saturated, %", Saturation);
        var most = analysis.TestSets.SelectMany(set => set.Layers).Select(Saturation).Where(double.IsFinite).DefaultIfEmpty().Max();
        saturation.Axes.SetLimitsY(0, 1.08 * Math.Max(0.1, most));
        return [ratios, saturation];
    }

    private static double Saturation(LayerComparison layer) =>
        $"{layer.Kind}Op" is nameof(Graphs.IntSoftmaxOp) or nameof(Graphs.IntSigmoidOp)
        ? double.NaN
        : layer.SaturationPct ?? double.NaN;

    private static Plot Panel(LayerAnalysis analysis, string title, string y, Func<LayerComparison, double> value)
    {
        var plot = PanelSheet.Panel(title, "layer", y);
        LayerAxis.Set(plot, [.. analysis.TestSets[0].Layers.Select(layer => layer.Layer)], Left, Legend);
        foreach (var (index, set) in analysis.TestSets.Index())
            AddLine(plot, set.Layers, value, PanelSheet.Palette[index], set.TestSet.Replace('_', ' '));
        plot.Axes.AutoScaleY();
        PanelLegend.Show(plot);
        return plot;
    }

    private static void AddLine(Plot plot, IReadOnlyList<LayerComparison> layers, Func<LayerComparison, double> value, Color colour,
        string name, bool isThin = false)
    {
        var points = layers.Index().Select(entry => new Coordinates(entry.Index, value(entry.Item)))
            .Where(point => double.IsFinite(point.Y)).ToArray();
        var line = plot.Add.Scatter(points, colour);
        (line.LegendText, line.LineWidth, line.MarkerSize) = (name, isThin ? 1 : 2, isThin ? 4 : 6);
    }
}
