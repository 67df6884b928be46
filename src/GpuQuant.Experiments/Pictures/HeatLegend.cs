using System.Globalization;
using ScottPlot;

namespace GpuQuant.Experiments;

/// <summary>The row of colours under the panels.</summary>
internal static class HeatLegend
{
    private static readonly double[] Values = [0, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100];

    public static Plot Plot(int left)
    {
        var plot = PictureSheet.Blank();
        plot.Layout.Fixed(new PixelPadding(left, HeatPanel.Right, 8, 8));
        plot.Axes.Frameless();
        plot.Axes.SetLimits(-2.6, Values.Length, 0, 1);
        var name = plot.Add.Text("disagreement, %", -0.65, 0.5);
        (name.LabelAlignment, name.LabelFontSize, name.LabelFontColor) = (Alignment.MiddleRight, 12, Colors.Black);
        foreach (var (index, value) in Values.Index())
            HeatPanel.Cell(plot, index, 0.2, 0.8, HeatScale.Of(value), [(value.ToString("0.##", CultureInfo.InvariantCulture), 0.5, 12)]);
        return plot;
    }
}
