using GpuQuant.Evaluation;
using GpuQuant.Numerics;
using ScottPlot;

namespace GpuQuant.Experiments;

/// <summary>Histograms of a net's weights and of its layers' outputs, a panel per layer, with the ranges that the deployed model has.</summary>
public static class HistogramPicture
{
    private const int Columns = 3, Width = 400, Height = 250;

    /// <summary>The weights: float values as an area, the least and greatest deployed weight as lines.</summary>
    /// <param name="analysis">The comparisons.</param>
    /// <param name="pathWithoutExtension">Where to; the extensions are added.</param>
    /// <exception cref="UsageException">No layer has weights.</exception>
    /// <exception cref="DataException">A file cannot be written.</exception>
    public static void WriteWeights(LayerAnalysis analysis, string pathWithoutExtension)
    {
        if (analysis.Weights.Count == 0)
            throw new UsageException("There is nothing to draw: no layer of the float model has weights in the deployed one.");
        Sheet(analysis, "weights", "area: float weights; red: least and greatest deployed weight; dB: the deployed weights' SQNR")
            .Write(pathWithoutExtension, () => [.. analysis.Weights.Select(Weights)]);
    }

    /// <summary>
    /// The outputs of the float model's layers: on the first test set as an area, on the one of the others whose logits the deployed model
    /// follows worst as an outline; the ends of the deployed layer's integers as lines.
    /// </summary>
    /// <param name="analysis">The comparisons; one test set at least.</param>
    /// <param name="pathWithoutExtension">Where to; the extensions are added.</param>
    /// <exception cref="UsageException">There is no test set.</exception>
    /// <exception cref="DataException">A file cannot be written.</exception>
    public static void WriteActivations(LayerAnalysis analysis, string pathWithoutExtension)
    {
        if (analysis.TestSets.Count == 0)
            throw new UsageException("There is nothing to draw: the analysis has no test set.");
        var (clean, worst) = (analysis.TestSets[0], analysis.TestSets.Skip(1).MinBy(set => set.Logits.Accumulated.SqnrDb));
        var outline = worst is null ? "" : $"; outline: {worst.TestSet.Replace('_', ' ')}";
        Sheet(analysis, "outputs of the layers", $"area: float32 on {clean.TestSet}{outline}; red: range of the deployed integers")
            .Write(pathWithoutExtension, () =>
                [.. clean.Layers.Index().Select(entry => Outputs(entry.Item, worst?.Layers[entry.Index]))]);
    }

    private static PanelSheet Sheet(LayerAnalysis analysis, string what, string legend) => new(
        $"{analysis.Card.Architecture} on {analysis.Card.Dataset}, {analysis.Card.Quantizer}: {what}", legend, Columns, Width, Height);

    private static Plot Weights(WeightComparison layer)
    {
        var plot = HistogramBars.Panel($"{layer.Layer}, {HistogramBars.Decibels(layer.Error.SqnrDb)}", "weight");
        var (low, high) = (Math.Min(layer.Histogram.Minimum, layer.Low), Math.Max(layer.Histogram.Maximum, layer.High));
        var width = HistogramBars.BarWidth(low, high, layer.Histogram);
        HistogramBars.Add(plot, layer.Histogram, width, PanelSheet.Palette[2], isFilled: true);
        HistogramBars.AddRange(plot, layer.Low, layer.High);
        HistogramBars.Limit(plot, low, high);
        return plot;
    }

    private static Plot Outputs(LayerComparison clean, LayerComparison? shifted)
    {
        var plot = HistogramBars.Panel(clean.Layer.Replace('_', ' '), "output");
        var others = shifted?.Histogram ?? clean.Histogram;
        var range = clean.Meaning;
        var low = Math.Min(Math.Min(clean.Histogram.Minimum, others.Minimum), range?.Low ?? float.PositiveInfinity);
        var high = Math.Max(Math.Max(clean.Histogram.Maximum, others.Maximum), range?.High ?? float.NegativeInfinity);
        var width = HistogramBars.BarWidth(low, high, clean.Histogram, others);
        HistogramBars.Add(plot, clean.Histogram, width, PanelSheet.Palette[2], isFilled: true);
        if (shifted is not null)
            HistogramBars.Add(plot, others, width, PanelSheet.Palette[0], isFilled: false);
        if (range is { } ends)
            HistogramBars.AddRange(plot, ends.Low, ends.High);
        HistogramBars.Limit(plot, low, high);
        return plot;
    }
}
