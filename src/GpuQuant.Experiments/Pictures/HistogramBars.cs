using System.Globalization;
using GpuQuant.Numerics;
using GpuQuant.Quantization.Parts;
using ScottPlot;

namespace GpuQuant.Experiments;

/// <summary>Histograms with a logarithmic height, so that the few values at a range's ends are seen beside the many near 0.</summary>
internal static class HistogramBars
{
    private const double LeastShare = 1e-6;
    private const int Bars = 90;

    /// <summary>An empty panel with shares from a millionth to all on its left.</summary>
    public static Plot Panel(string title, string x)
    {
        var plot = PanelSheet.Panel(title, x, "share of values");
        double[] shares = [1, 1e-2, 1e-4, 1e-6];
        plot.Axes.Left.SetTicks([.. shares.Select(Height)], ["100%", "1%", "0.01%", "0.0001%"]);
        plot.Axes.SetLimitsY(Height(LeastShare), 0.4);
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic { TargetTickCount = 5 };
        return plot;
    }

    /// <summary>The width of bars over a range: a whole number of bins of the widest histogram.</summary>
    public static double BarWidth(double low, double high, params ReadOnlySpan<ValueHistogram> histograms)
    {
        var bin = 0.0;
        foreach (var histogram in histograms)
            bin = Math.Max(bin, histogram.Width);
        return Math.Max(1, Math.Ceiling((high - low) / Bars / bin)) * bin;
    }

    /// <summary>Draws a histogram as an area, or as its outline.</summary>
    public static void Add(Plot plot, ValueHistogram histogram, double width, Color colour, bool isFilled)
    {
        var shares = new SortedDictionary<long, long>();
        foreach (var bin in histogram.UsedBins())
        {
            var bar = (long)Math.Floor(histogram.Middle(bin) / width);
            shares[bar] = shares.GetValueOrDefault(bar) + histogram.Counts[bin];
        }
        var (first, last) = (shares.Keys.First(), shares.Keys.Last());
        var points = new List<Coordinates> { new(first * width, Height(LeastShare)) };
        for (var bar = first; bar <= last; bar++)
        {
            var height = Height(Math.Max(LeastShare, shares.GetValueOrDefault(bar) / (double)histogram.Count));
            points.AddRange([new(bar * width, height), new((bar + 1) * width, height)]);
        }
        points.Add(new((last + 1) * width, Height(LeastShare)));
        var area = plot.Add.Polygon([.. points]);
        area.FillColor = isFilled ? colour.WithAlpha(0.45) : Colors.Transparent;
        (area.LineColor, area.LineWidth) = (colour, isFilled ? 0.5f : 1.5f);
    }

    /// <summary>Draws the ends of a range.</summary>
    public static void AddRange(Plot plot, double low, double high)
    {
        foreach (var end in new[] { low, high })
        {
            var line = plot.Add.VerticalLine(end);
            (line.LineColor, line.LineWidth) = (PanelSheet.Palette[1], 1.5f);
        }
    }

    /// <summary>Shows the range and the values with a margin.</summary>
    public static void Limit(Plot plot, double low, double high)
    {
        var margin = Math.Max(high - low, float.Epsilon) * 0.05;
        plot.Axes.SetLimitsX(low - margin, high + margin);
    }

    /// <summary>Decibels for a panel's title.</summary>
    public static string Decibels(double value) => double.IsPositiveInfinity(value)
        ? "exact"
        : string.Create(CultureInfo.InvariantCulture, $"{value:0.0} dB");

    private static double Height(double share) => PortableMath.Log(share) / PortableMath.Log(10);
}
