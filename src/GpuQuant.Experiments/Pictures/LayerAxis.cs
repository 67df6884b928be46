using ScottPlot;

namespace GpuQuant.Experiments;

/// <summary>The layers of a net along the bottom of a plot, in order, their names slanted.</summary>
internal static class LayerAxis
{
    /// <summary>Puts the names at 0, 1, 2, ...; the plot's layout is fixed, with the given space left and right.</summary>
    public static void Set(Plot plot, IReadOnlyList<string> layers, int left, int right)
    {
        var height = 44 + 5 * layers.Max(name => name.Length);
        plot.Layout.Fixed(new PixelPadding(left, right, height, 34));
        var bottom = plot.Axes.Bottom;
        bottom.SetTicks([.. Enumerable.Range(0, layers.Count).Select(i => (double)i)], [.. layers.Select(name => name.Replace('_', ' '))]);
        (bottom.TickLabelStyle.Rotation, bottom.TickLabelStyle.Alignment) = (-40, Alignment.MiddleRight);
        bottom.TickLabelStyle.FontSize = 12;
        // The library leaves no room for slanted tick labels of a fixed layout.
        bottom.Label.OffsetY = height - 48;
        plot.Axes.SetLimitsX(-0.5, layers.Count - 0.5);
    }
}
