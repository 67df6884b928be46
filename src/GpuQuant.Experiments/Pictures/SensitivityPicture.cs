using System.Globalization;
using GpuQuant.Numerics;
using ScottPlot;

namespace GpuQuant.Experiments;

/// <summary>How much each layer alone costs when it is quantized: bars, the most sensitive layer above.</summary>
public static class SensitivityPicture
{
    private const int Width = 900, RowHeight = 24, Margins = 90, Left = 150;

    /// <summary>Writes the picture twice, as PNG and as SVG.</summary>
    /// <param name="title">Which net and scheme.</param>
    /// <param name="subtitle">How it was measured.</param>
    /// <param name="unit">What the values are: <c>SQNR of the logits, dB</c>.</param>
    /// <param name="layers">Each layer with its value, in the order wanted from the top; values are finite.</param>
    /// <param name="pathWithoutExtension">Where to; the extensions are added.</param>
    /// <exception cref="UsageException">There are no layers.</exception>
    /// <exception cref="DataException">A file cannot be written.</exception>
    public static void Write(string title, string subtitle, string unit, IReadOnlyList<(string Layer, double Value)> layers,
        string pathWithoutExtension)
    {
        if (layers.Count == 0)
            throw new UsageException("There is nothing to draw: no layer's sensitivity was measured.");
        new PanelSheet(title, subtitle, 1, Width, Margins + RowHeight * layers.Count)
            .Write(pathWithoutExtension, () => [Bars(unit, layers)]);
    }

    private static Plot Bars(string unit, IReadOnlyList<(string Layer, double Value)> layers)
    {
        var plot = PanelSheet.Panel("", unit, "");
        plot.Layout.Fixed(new PixelPadding(Left, 60, 54, 8));
        foreach (var (index, (_, value)) in layers.Index())
        {
            var position = layers.Count - 1 - index;
            plot.Add.Bar(new Bar
            {
                Position = position,
                Value = value,
                Size = 0.7,
                FillColor = PanelSheet.Palette[2],
                LineWidth = 0,
                Orientation = Orientation.Horizontal,
            });
            var text = plot.Add.Text(value.ToString("G3", CultureInfo.InvariantCulture), value, position);
            (text.LabelFontSize, text.LabelFontColor, text.OffsetX) = (12, Colors.Black, value < 0 ? -5 : 5);
            text.LabelAlignment = value < 0 ? Alignment.MiddleRight : Alignment.MiddleLeft;
        }
        plot.Axes.Left.SetTicks(
            [.. Enumerable.Range(0, layers.Count).Select(i => (double)(layers.Count - 1 - i))],
            [.. layers.Select(layer => layer.Layer.Replace('_', ' '))]);
        plot.Axes.Left.MajorTickStyle.Length = 0;
        var (least, greatest) = (Math.Min(0, layers.Min(layer => layer.Value)), Math.Max(0, layers.Max(layer => layer.Value)));
        var margin = Math.Max(greatest - least, 1e-9) * 0.08;
        plot.Axes.SetLimits(least < 0 ? least - margin : 0, greatest + margin, -0.6, layers.Count - 0.4);
        plot.HideGrid();
        return plot;
    }
}
