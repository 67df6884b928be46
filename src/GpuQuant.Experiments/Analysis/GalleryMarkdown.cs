using System.Globalization;
using System.Text;
using GpuQuant.Models;
using GpuQuant.Quantization;

namespace GpuQuant.Experiments;

/// <summary>The gallery's page.</summary>
internal static class GalleryMarkdown
{
    public static string Of(QuantizationGallery gallery, IReadOnlyList<GalleryRow> rows,
        IReadOnlyList<(ModelCard Card, IReadOnlyList<string> Files)> pictures, IReadOnlyList<IQuantizer> quantizers)
    {
        var text = new StringBuilder("# Quantization schemes\n\n"
            + "Trained nets in every scheme: accuracy, inputs that are classified unlike by the float model, the model's file, and the\n"
            + "signal to quantization noise ratio (SQNR) of the logits. The numbers as csv: [schemes.csv](schemes.csv). Made by\n"
            + "`dotnet run experiments/quantization-gallery.cs FOLDER ..`, with folders of trained models.\n");
        foreach (var group in rows.GroupBy(row => row.Card with { Quantizer = "" }))
        {
            var card = group.Key;
            text.Append(CultureInfo.InvariantCulture, $"\n## {card.Architecture} on {card.Dataset}\n\n")
                .Append(CultureInfo.InvariantCulture, $"{card.Strategy} training, seed {card.Seed}, {card.Epochs} epochs; ")
                .Append(CultureInfo.InvariantCulture, $"{group.First().Inputs:N0} test samples, the first ")
                .Append(CultureInfo.InvariantCulture, $"{Math.Min(gallery.LayerCount, group.First().Inputs):N0} for the SQNR.\n\n")
                .Append("| scheme | accuracy, % | disagreement, % | bytes | of float32 | logits SQNR, dB |\n|---|---|---|---|---|---|\n");
            foreach (var row in group)
                text.Append(CultureInfo.InvariantCulture, $"| {row.Card.Quantizer} | {row.AccuracyPct:0.00} | {row.DisagreementPct:0.00} ")
                    .Append(CultureInfo.InvariantCulture, $"| {row.Bytes:N0} | {100.0 * row.Bytes / group.First().Bytes:0}% ")
                    .Append(CultureInfo.InvariantCulture, $"| {(row.LogitsSqnrDb is { } db ? LayerAnalysisTable.Decibels(db) : "")} |\n");
            text.Append('\n');
            foreach (var file in pictures.First(entry => entry.Card == card with { Quantizer = Rq1Row.Reference }).Files)
                text.Append(CultureInfo.InvariantCulture, $"![{Path.GetFileNameWithoutExtension(file)}]({file})\n\n");
            text.Length--;
        }
        text.Append("\n## The schemes\n\n");
        foreach (var quantizer in quantizers)
            text.Append(CultureInfo.InvariantCulture, $"- `{quantizer.Name}`: {quantizer.Description}\n");
        return text.ToString();
    }
}
