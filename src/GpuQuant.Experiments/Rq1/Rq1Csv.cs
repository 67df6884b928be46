using System.Globalization;

namespace GpuQuant.Experiments;

/// <summary>The csv of <see cref="Rq1"/>: long form, one value per line.</summary>
internal static class Rq1Csv
{
    // Four decimals of a percentage tell counts apart up to a million inputs; one decimal at least, as the paper's files have it.
    private const string Decimal = "0.0###";

    public static void Write(TextWriter writer, IEnumerable<Rq1Row> rows)
    {
        writer.WriteLine("rq,dataset,architecture,strategy,quantizer,test_set,metric,value,seed,origin");
        foreach (var row in rows)
        {
            var key = row.Key;
            string[] cell =
                [key.Strategy == "standard" ? "rq1" : "rq2", key.Dataset, key.Architecture, key.Strategy, key.Quantizer, key.TestSet];
            var prefix = string.Join(',', cell.Select(CsvField.Quote));
            var origin = CsvField.Quote(row.Origin);
            foreach (var (metric, value) in Metrics(row))
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{prefix},{metric},{value},{key.Seed},{origin}"));
        }
    }

    private static IEnumerable<(string Metric, string Value)> Metrics(Rq1Row row)
    {
        yield return ("accuracy_pct", Number(row.AccuracyPct));
        if (row.IsReference)
            yield break;
        yield return ("accuracy_difference_points", Number(row.AccuracyDifferencePoints));
        yield return ("disagreement_pct", Number(row.DisagreementPct));
        yield return ("disagreements", row.Disagreements.ToString(CultureInfo.InvariantCulture));
        yield return ("tie_pct", Number(row.TiePct));
    }

    private static string Number(double value) => value.ToString(Decimal, CultureInfo.InvariantCulture);
}
