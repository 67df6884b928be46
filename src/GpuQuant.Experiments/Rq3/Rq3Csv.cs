using System.Globalization;

namespace GpuQuant.Experiments;

/// <summary>The csv of <see cref="Rq3"/>: long form, one value per line.</summary>
internal static class Rq3Csv
{
    /// <summary>The measures, by the names of the paper's table; the last is not in it.</summary>
    public static readonly (string Name, Func<Rq3Result, double> Value)[] Metrics =
    [
        ("auroc_pct", result => result.AurocPct), ("aupr_pct", result => result.AuprPct),
        ("tnr_at_95tpr_pct", result => result.TnrAt95TprPct), ("raw_auroc_pct", result => result.RawAurocPct),
    ];

    public static void Write(TextWriter writer, IEnumerable<Rq3Row> rows)
    {
        writer.WriteLine("dataset,architecture,strategy,uncertainty,metric,value,seed");
        foreach (var row in rows)
        {
            var model = row.Model;
            string[] names = [model.Dataset, model.Architecture, model.Strategy, row.Uncertainty];
            var prefix = string.Join(',', names.Select(CsvField.Quote));
            foreach (var (name, value) in Metrics)
            {
                var number = row.Result is null ? "" : value(row.Result).ToString("0.0###", CultureInfo.InvariantCulture);
                writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{prefix},{name},{number},{model.Seed}"));
            }
        }
    }
}
