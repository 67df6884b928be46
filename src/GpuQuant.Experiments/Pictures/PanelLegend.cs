using ScottPlot;

namespace GpuQuant.Experiments;

/// <summary>The legend of a panel.</summary>
internal static class PanelLegend
{
    /// <summary>Shows what has a legend text at the panel's right.</summary>
    public static void Show(Plot plot)
    {
        var legend = plot.ShowLegend(Edge.Right).Legend;
        (legend.FontSize, legend.OutlineWidth, legend.ShadowColor) = (12, 0, Colors.Transparent);
    }
}
