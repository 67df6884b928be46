using ScottPlot;

namespace GpuQuant.Experiments;

/// <summary>
/// The colours of percentages from 0.01 to 100, on a logarithmic scale; 0 is white. The lightness alone tells the order, so the
/// scale also works in grey and for colour-blind readers.
/// </summary>
internal static class HeatScale
{
    private const double Least = 0.01, Most = 100;
    private static readonly ScottPlot.Colormaps.Dense Map = new();

    /// <summary>The ink of a cell without a value.</summary>
    public static readonly Color Missing = Colors.Gray.WithLightness(0.93f);

    /// <summary>The colour of a percentage.</summary>
    public static Color Of(double percent)
    {
        if (percent <= 0)
            return Colors.White;
        var position = Math.Log(Math.Clamp(percent, Least, Most) / Least) / Math.Log(Most / Least);
        return Map.GetColor(0.06 + (0.88 * position));
    }

    /// <summary>Black or white, whichever stands out.</summary>
    public static Color InkOn(Color ground) =>
        ((0.299 * ground.R) + (0.587 * ground.G) + (0.114 * ground.B)) > 140 ? Colors.Black : Colors.White;
}
