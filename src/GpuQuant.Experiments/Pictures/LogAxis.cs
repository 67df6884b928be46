using System.Globalization;
using ScottPlot;

namespace GpuQuant.Experiments;

/// <summary>Percentages on a logarithmic axis: what is drawn are their decimal logarithms, what is written are they themselves.</summary>
internal static class LogAxis
{
    /// <summary>Labels the decades of an axis.</summary>
    /// <param name="axis">The axis.</param>
    /// <param name="low">The lowest decade's exponent.</param>
    /// <param name="high">The highest one's.</param>
    public static void Label(IAxis axis, int low, int high)
    {
        double[] decades = [.. Enumerable.Range(low, high - low + 1).Select(exponent => (double)exponent)];
        axis.SetTicks(decades, [.. decades.Select(exponent => Math.Pow(10, exponent).ToString("0.####", CultureInfo.InvariantCulture))]);
    }

    /// <summary>The place of a percentage, those below the lowest decade at its foot.</summary>
    public static double Place(double value, int low) => Math.Log10(Math.Max(value, Math.Pow(10, low)));
}
