using System.Globalization;
using GpuQuant.Evaluation;
using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>The files of an analysis: tables as csv, and pictures.</summary>
public static class AnalysisReport
{
    /// <summary>
    /// Writes <c>layers.csv</c>, <c>costs.csv</c> and <c>pictures/sqnr</c>, <c>weights</c>, <c>activations</c>, each as PNG and SVG.
    /// </summary>
    /// <param name="analysis">What to write.</param>
    /// <param name="folder">Where the files go.</param>
    /// <returns>The files' paths.</returns>
    /// <exception cref="DataException">A file cannot be written.</exception>
    public static IReadOnlyList<string> Write(LayerAnalysis analysis, string folder)
    {
        var (layers, costs) = (Path.Combine(folder, "layers.csv"), Path.Combine(folder, "costs.csv"));
        analysis.WriteCsv(layers);
        analysis.WriteCostsCsv(costs);
        return [layers, costs, .. WritePictures(analysis, Path.Combine(folder, "pictures"), "")];
    }

    /// <summary>Writes the three pictures.</summary>
    /// <param name="analysis">What to draw.</param>
    /// <param name="folder">Where the files go.</param>
    /// <param name="prefix">What their names begin with.</param>
    /// <returns>The PNG files' paths.</returns>
    /// <exception cref="DataException">A file cannot be written.</exception>
    public static IReadOnlyList<string> WritePictures(LayerAnalysis analysis, string folder, string prefix)
    {
        var (sqnr, weights, outputs) = (Name("sqnr"), Name("weights"), Name("activations"));
        SqnrPicture.Write(analysis, sqnr);
        HistogramPicture.WriteWeights(analysis, weights);
        HistogramPicture.WriteActivations(analysis, outputs);
        return [sqnr + ".png", weights + ".png", outputs + ".png"];

        string Name(string picture) => Path.Combine(folder, prefix + picture);
    }

    /// <summary>Draws how sensitive a net is to each layer's weights, the most sensitive first; unchanged layers are left out.</summary>
    /// <param name="sensitivities">The layers.</param>
    /// <param name="net">Which net and scheme, for the title.</param>
    /// <param name="samples">On how many samples it was measured.</param>
    /// <param name="pathWithoutExtension">Where to; the extensions are added.</param>
    /// <returns>Whether there was a layer to draw.</returns>
    /// <exception cref="DataException">A file cannot be written.</exception>
    public static bool WriteSensitivity(
        IReadOnlyList<WeightSensitivity> sensitivities, string net, int samples, string pathWithoutExtension)
    {
        var layers = sensitivities.Where(layer => double.IsFinite(layer.Logits.SqnrDb)).OrderBy(layer => layer.Logits.SqnrDb)
            .Select(layer => (layer.Layer, RelativeErrorPct(layer.Logits.SqnrDb))).ToArray();
        if (layers.Length == 0)
            return false;
        SensitivityPicture.Write($"{net}: one layer's weights rounded, all else float",
            string.Create(CultureInfo.InvariantCulture, $"{samples:N0} test samples; the most sensitive layer first"),
            "error of the logits, root mean square, in % of theirs", layers, pathWithoutExtension);
        return true;
    }

    /// <summary>The root of noise over signal: 40 dB are 1%.</summary>
    private static double RelativeErrorPct(double decibels) => 100 * PortableMath.Exp(-decibels / 20 * PortableMath.Log(10));
}
