using System.Globalization;
using System.Text;

namespace GpuQuant.Experiments;

/// <summary>A benchmark table in Markdown, for a README.</summary>
public static class BenchmarkMarkdown
{
    /// <summary>The table: work, ours, the peer's, their ratio.</summary>
    public static string Of(IEnumerable<BenchmarkRow> rows)
    {
        var text = new StringBuilder("| work | ours | peer | | ratio |\n|---|---|---|---|---|\n");
        foreach (var row in rows)
            text.Append(CultureInfo.InvariantCulture,
                $"| {row.Work} | {Number(row.Ours)} {row.Unit} | {Number(row.Peer)} | {row.PeerName} | {row.Ratio:0.00} |\n");
        return text.ToString();
    }

    private static string Number(double value) => value.ToString(value < 100 ? "0.##" : "#,0", CultureInfo.InvariantCulture);
}
