using System.Globalization;
using System.Text;
using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>
/// The result of <see cref="KernelBench"/> as a file, a row per number: <c>kind</c> is peak, copy, gemm, call or step. A field that
/// a kind does not have is empty.
/// </summary>
public static class KernelBenchCsv
{
    /// <summary>The first line.</summary>
    public const string Header = "kind,net,phase,layer,call,macs,bytes,bound_ms,ms,of_bound_pct,limit,gflops,gbytes_per_s,device";

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="DataException">It cannot be written.</exception>
    public static void Write(KernelBenchResult result, string path) =>
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(ToText(result))));

    /// <summary>The file's text.</summary>
    public static string ToText(KernelBenchResult result)
    {
        var device = CsvField.Quote($"{result.Device.Name}: {result.Device.Description}");
        var lines = new List<string> { Header };
        lines.Add($"peak,,,,{result.Peaks.GflopsSource},,,,,,,{Number(result.Peaks.Gflops)},,{device}");
        lines.AddRange(result.Peaks.Copies.Select(copy => $"copy,,,,,,{copy.Bytes},,,,,,{Number(copy.GigabytesPerSecond)},{device}"));
        lines.AddRange(result.Gemms.Select(gemm => $"gemm,,,,Gemm {gemm.Size},{(long)gemm.Size * gemm.Size * gemm.Size},,,"
            + $"{Number(gemm.Seconds * 1e3)},{Number(100 * gemm.Gflops / result.Peaks.Gflops)},compute,{Number(gemm.Gflops)},,{device}"));
        foreach (var net in result.Nets)
        {
            lines.AddRange(net.Rows.Select(row => $"{Call(row)},{device}"));
            lines.Add($"step,{net.Net},{net.Phase},,,{net.Macs},{net.Rows.Sum(row => row.Bytes)},{Number(net.BoundSeconds * 1e3)},"
                + $"{Number(net.Seconds * 1e3)},{Number(100 * net.BoundSeconds / net.Seconds)},,{Rate(net.Macs, net.Seconds)},,{device}");
        }
        return string.Concat(lines.Select(line => line + '\n'));
    }

    private static string Call(KernelRow row) =>
        $"call,{row.Net},{row.Phase},{CsvField.Quote(row.Layer)},{row.Call},{row.Macs},{row.Bytes},{Number(row.Bound.Seconds * 1e3)},"
        + $"{Number(row.Seconds * 1e3)},{Number(100 * row.Efficiency)},{row.Bound.Limit.ToString().ToLowerInvariant()},"
        + $"{Rate(row.Macs, row.Seconds)},{Number(row.Bytes / row.Seconds / 1e9)}";

    private static string Rate(long macs, double seconds) => macs == 0 ? "" : Number(2.0 * macs / seconds / 1e9);

    private static string Number(double? value) => value?.ToString("0.####", CultureInfo.InvariantCulture) ?? "";
}
