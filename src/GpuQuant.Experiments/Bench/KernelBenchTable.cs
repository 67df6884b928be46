using System.Globalization;
using Spectre.Console;

namespace GpuQuant.Experiments;

/// <summary>The result of <see cref="KernelBench"/> on a terminal, within 120 columns; a net's calls that take little are summed.</summary>
public static class KernelBenchTable
{
    private const double LeastShare = 0.005;

    /// <summary>Writes the tables: peaks, matrix products, then each net's inference and training.</summary>
    public static void Write(KernelBenchResult result, IAnsiConsole console)
    {
        console.WriteLine($"{result.Device.Name}: {result.Device.Description}");
        WideConsole.Write(console, Peaks(result.Peaks));
        WideConsole.Write(console, Gemms(result));
        foreach (var net in result.Nets)
            WideConsole.Write(console, Calls(net));
        WideConsole.Write(console, Totals(result.Nets));
    }

    private static Table Peaks(MachinePeaks peaks)
    {
        var table = New("Peaks of the device", "peak").AddColumns(Right("GFLOP/s"), Right("GB/s"));
        table.AddRow($"float32 arithmetic ({peaks.GflopsSource})", Number(peaks.Gflops ?? 0, 0), "");
        foreach (var copy in peaks.Copies)
            table.AddRow($"copy within {copy.Size}", "", Number(copy.GigabytesPerSecond, 1));
        return table;
    }

    private static Table Gemms(KernelBenchResult result)
    {
        var table = New("Matrix products, float32", "size").AddColumns(Right("ms"), Right("GFLOP/s"), Right("of peak"));
        foreach (var gemm in result.Gemms)
            table.AddRow(gemm.Size.ToString(CultureInfo.InvariantCulture), Number(gemm.Seconds * 1e3, 3), Number(gemm.Gflops, 0),
                Percent(gemm.Gflops / result.Peaks.Gflops!.Value));
        return table;
    }

    private static Table Calls(NetTotal net)
    {
        var table = New($"{net.Net}, {net.Phase}, batch {net.Batch}", "layer", "call")
            .AddColumns(Right("MMAC"), Right("MB"), Right("MAC/B"), Right("bound ms"), Right("ms"), Right("of bound"))
            .AddColumn("limit");
        var time = net.Rows.Sum(row => row.Seconds);
        var (shown, small) = (net.Rows.Where(row => !IsSmall(row)), net.Rows.Where(IsSmall).ToArray());
        foreach (var row in shown)
            table.AddRow([Markup.Escape(row.Layer), row.Call, .. Cells(row.Macs, row.Bytes, row.Bound.Seconds, row.Seconds),
                row.Bound.Limit.ToString().ToLowerInvariant()]);
        if (small.Length > 0)
            AddSum(table, $"{small.Length} smaller calls", small);
        AddSum(table, "all calls", net.Rows);
        return table;

        bool IsSmall(KernelRow row) => row.Seconds < LeastShare * time;
    }

    private static Table Totals(IEnumerable<NetTotal> nets)
    {
        var table = New("Whole steps", "net", "phase")
            .AddColumns(Right("batch"), Right("GMAC"), Right("bound ms"), Right("ms"), Right("of bound"), Right("samples/s"));
        foreach (var net in nets)
            table.AddRow(net.Net, net.Phase, net.Batch.ToString(CultureInfo.InvariantCulture), Number(net.Macs / 1e9, 2),
                Number(net.BoundSeconds * 1e3, 3), Number(net.Seconds * 1e3, 3), Percent(net.BoundSeconds / net.Seconds),
                Number(net.SamplesPerSecond, 0));
        return table;
    }

    private static void AddSum(Table table, string label, IReadOnlyList<KernelRow> rows) =>
        table.AddRow([label, "", .. Cells(rows.Sum(row => row.Macs), rows.Sum(row => row.Bytes), rows.Sum(row => row.Bound.Seconds),
            rows.Sum(row => row.Seconds)), ""]);

    private static string[] Cells(long macs, long bytes, double bound, double seconds) =>
    [
        Number(macs / 1e6, 1), Number(bytes / 1e6, 2), Number(bytes == 0 ? 0 : (double)macs / bytes, 1), Number(bound * 1e3, 3),
        Number(seconds * 1e3, 3), Percent(bound / seconds),
    ];

    private static Table New(string title, params string[] columns) =>
        new Table().Title(Markup.Escape(title)).Border(TableBorder.Simple).AddColumns(columns);

    private static TableColumn Right(string header) => new TableColumn(header).RightAligned().NoWrap();

    private static string Number(double value, int decimals) => value.ToString("N" + decimals, CultureInfo.InvariantCulture);

    private static string Percent(double share) => share.ToString("P0", CultureInfo.InvariantCulture);
}
