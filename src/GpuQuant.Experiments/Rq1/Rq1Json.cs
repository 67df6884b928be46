using System.Text;
using System.Text.Json;

namespace GpuQuant.Experiments;

/// <summary>Blocks as JSON.</summary>
internal static class Rq1Json
{
    // Beyond these digits there is only the noise of the last operation.
    private const int Decimals = 6;

    public static string Of(IReadOnlyList<Rq1Block> blocks, PaperTable? paper)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartArray();
            foreach (var block in blocks)
                WriteBlock(json, block, paper);
            json.WriteEndArray();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void WriteBlock(Utf8JsonWriter json, Rq1Block block, PaperTable? paper)
    {
        json.WriteStartObject();
        json.WriteString("dataset", block.Dataset);
        json.WriteString("architecture", block.Architecture);
        json.WriteString("strategy", block.Strategy);
        json.WriteStartArray("seeds");
        foreach (var seed in block.Seeds)
            json.WriteNumberValue(seed);
        json.WriteEndArray();
        json.WriteStartArray("test_sets");
        foreach (var line in block.Lines)
            WriteLine(json, block, line);
        json.WriteEndArray();
        json.WritePropertyName("mean_of_shifted");
        if (block.ShiftedMean is { } mean)
            WriteLine(json, block, mean);
        else
            json.WriteNullValue();
        if (paper is not null)
            WritePaper(json, PaperComparison.Of(block, paper));
        json.WriteEndObject();
    }

    private static void WriteLine(Utf8JsonWriter json, Rq1Block block, Rq1Line line)
    {
        json.WriteStartObject();
        if (line.TestSet is not null)
            json.WriteString("test_set", line.TestSet);
        WriteSpread(json, "float32_accuracy_pct", line.FloatAccuracy);
        json.WriteStartArray("quantizers");
        foreach (var (quantizer, cell) in block.Quantizers.Zip(line.Cells))
        {
            if (cell is null)
                continue;
            json.WriteStartObject();
            json.WriteString("quantizer", quantizer);
            WriteSpread(json, "disagreement_pct", cell.Disagreement);
            WriteSpread(json, "accuracy_difference_points", cell.AccuracyDifference);
            WriteSpread(json, "tie_pct", cell.Tie);
            json.WriteBoolean("partial", cell.Partial);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteSpread(Utf8JsonWriter json, string name, Spread spread)
    {
        json.WriteStartObject(name);
        WriteNumber(json, "mean", spread.Mean);
        WriteNumber(json, "standard_deviation", spread.StandardDeviation);
        json.WriteNumber("n", spread.Count);
        json.WriteEndObject();
    }

    private static void WritePaper(Utf8JsonWriter json, IReadOnlyList<PaperLine> lines)
    {
        json.WriteStartArray("paper");
        foreach (var line in lines)
        {
            json.WriteStartObject();
            json.WriteString("quantizer", line.Quantizer);
            json.WriteString("metric", line.Metric);
            WriteNumber(json, "original", line.Original);
            WriteNumber(json, "paper_original", line.PaperOriginal);
            WriteNumber(json, "shifted", line.Shifted);
            WriteNumber(json, "paper_shifted", line.PaperShifted);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
            json.WriteNumber(name, Math.Round(number, Decimals));
        else
            json.WriteNull(name);
    }
}
