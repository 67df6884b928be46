using System.Globalization;
using System.Text;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Evaluation;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Shifts;

namespace GpuQuant.Experiments;

/// <summary>
/// Trained nets in every scheme of the catalogue: accuracy, disagreements, size on disk and the noise of the logits as a table, and for one
/// scheme pictures of what happens layer by layer on clean and on shifted data.
/// </summary>
/// <example><c>new QuantizationGallery { Count = 1000 }.Run(["runs/lenet5"], "results/quantization", Console.WriteLine)</c></example>
public sealed record QuantizationGallery
{
    /// <summary>The schemes; all of the catalogue by default.</summary>
    public IReadOnlyList<string> Schemes { get; init; } = [.. Catalog.All<IQuantizer>().Select(quantizer => quantizer.Name)];

    /// <summary>The scheme whose layers are drawn.</summary>
    public string Drawn { get; init; } = "tflite8";

    /// <summary>The test sets that are drawn, the first of them clean; those that a data set does not have are left out.</summary>
    public IReadOnlyList<string> TestSets { get; init; } = [TestSet.Original, "brightness", "fog", "shot_noise", "stripe", "contrast"];

    /// <summary>Test samples for the table; null: all.</summary>
    public int? Count { get; init; }

    /// <summary>Test samples for noise, histograms and sensitivities, the first of each set.</summary>
    public int LayerCount { get; init; } = 1000;

    /// <summary>The device.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>The data folder; the default one if null.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Makes the gallery: <c>README.md</c>, <c>schemes.csv</c> and the pictures.</summary>
    /// <param name="models">Folders of trained models.</param>
    /// <param name="output">Where the files go.</param>
    /// <param name="say">Told of each step.</param>
    /// <exception cref="UsageException">A model is quantized, or there is none.</exception>
    /// <exception cref="DataException">A model or data are missing.</exception>
    public IReadOnlyList<GalleryRow> Run(IReadOnlyList<string> models, string output, Action<string> say)
    {
        if (models.Count == 0)
            throw new UsageException("The gallery needs at least one folder of a trained model.");
        var quantizers = Schemes.Select(name => Catalog.Get<IQuantizer>("quantizer", name)).ToArray();
        var trained = models.Select(SavedModel.Read).ToArray();
        if (trained.FirstOrDefault(model => model.Card.Quantizer != Rq1Row.Reference) is { } quantized)
            throw new UsageException($"A model is quantized already ({quantized.Card.Quantizer}); give trained models.");
        using var backend = Devices.Open(Device, Catalog.All<IBackendProvider>());
        var rows = new List<GalleryRow>();
        var pictures = new List<(ModelCard Card, IReadOnlyList<string> Files)>();
        foreach (var model in trained)
        {
            var net = new GalleryNet(this, backend, model, DataDirectory ?? GpuQuant.Data.DataDirectory.Default);
            rows.AddRange(net.Rows(quantizers, say));
            pictures.Add((model.Card, net.Draw(output, say)));
        }
        Write(Path.Combine(output, "schemes.csv"), Csv(rows));
        Write(Path.Combine(output, "README.md"), GalleryMarkdown.Of(this, rows, pictures, quantizers));
        return rows;
    }

    private static string Csv(IEnumerable<GalleryRow> rows)
    {
        var text = new StringBuilder(
            "dataset,architecture,strategy,seed,scheme,inputs,accuracy_pct,disagreement_pct,bytes,logits_sqnr_db\n");
        foreach (var row in rows)
            text.Append(CultureInfo.InvariantCulture, $"{row.Card.Dataset},{row.Card.Architecture},{row.Card.Strategy},{row.Card.Seed},")
                .Append(CultureInfo.InvariantCulture, $"{row.Card.Quantizer},{row.Inputs},{row.AccuracyPct:0.00##},")
                .Append(CultureInfo.InvariantCulture, $"{row.DisagreementPct:0.00##},{row.Bytes},{row.LogitsSqnrDb:0.00}\n");
        return text.ToString();
    }

    private static void Write(string path, string text) => AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
}
