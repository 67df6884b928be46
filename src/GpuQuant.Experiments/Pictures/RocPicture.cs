using System.Globalization;
using GpuQuant.Numerics;
using ScottPlot;

namespace GpuQuant.Experiments;

/// <summary>
/// How the four uncertainties of a float model tell the inputs on which its deployments disagree: a panel per model with a receiver
/// operating characteristic for each, the mean over the seeds, false positives on a logarithmic scale.
/// </summary>
public static class RocPicture
{
    private const int PanelWidth = 600, PanelHeight = 400, Columns = 2, Lowest = -2;

    /// <summary>Writes the picture twice, as PNG and as SVG.</summary>
    /// <param name="rq3">The answers.</param>
    /// <param name="pathWithoutExtension">Where to; the extensions are added.</param>
    /// <exception cref="UsageException">No model has a result.</exception>
    /// <exception cref="DataException">A file cannot be written.</exception>
    public static void Write(Rq3 rq3, string pathWithoutExtension)
    {
        var models = rq3.Rows.Where(row => row.Result is not null).GroupBy(row => row.Model with { Seed = 0 }).ToArray();
        if (models.Length == 0)
            throw new UsageException("There is nothing to draw: in no model do enough inputs disagree.");
        new PanelSheet("How four uncertainties of the float model tell disagreeing inputs",
            "the score alone, all test sets together; the mean over the seeds; in the legend the area under the curve in %",
            Math.Min(Columns, models.Length), PanelWidth, PanelHeight)
            .Write(pathWithoutExtension, () => [.. models.Select(model => Panel(model.Key, [.. model]))]);
    }

    private static Plot Panel(Rq3Model model, Rq3Row[] rows)
    {
        var plot = PanelSheet.Panel(
            $"{model.Dataset} {model.Architecture} {model.Strategy}",
            "agreeing inputs taken for disagreeing, %", "disagreeing inputs found, %");
        var places = Rq3.FalsePositiveRates.Select(rate => LogAxis.Place(100 * rate, Lowest)).ToArray();
        foreach (var (i, score) in rows.GroupBy(row => row.Uncertainty).Index())
        {
            var results = score.Select(row => row.Result!).ToArray();
            double[] found = [.. places.Index().Select(place => 100 * results.Average(result => result.RawRoc[place.Index]))];
            var line = plot.Add.Scatter(places, found, PanelSheet.Palette[i]);
            (line.LineWidth, line.MarkerSize) = (2, 0);
            line.LegendText = string.Create(CultureInfo.InvariantCulture,
                $"{score.Key.Replace('_', ' ')} {results.Average(result => result.RawAurocPct):0.0}");
        }
        LogAxis.Label(plot.Axes.Bottom, Lowest, 2);
        plot.Axes.SetLimits(Lowest, 2, 0, 102);
        PanelLegend.Show(plot);
        return plot;
    }
}
