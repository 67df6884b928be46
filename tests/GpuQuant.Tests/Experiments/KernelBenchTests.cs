using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Experiments;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;
using Spectre.Console;

namespace GpuQuant.Tests.Experiments;

/// <summary>Bounds by hand, the file's format, and a real measurement of the smallest net.</summary>
[Collection(AloneCollection.Name)]
public class KernelBenchTests
{
    private static readonly MachinePeaks Peaks = new(100, "FMA", [new(1000, 40), new(100_000, 10)]);

    [Theory]
    [InlineData(1_000_000_000, 10_000_000, 20e-3, RooflineLimit.Compute)]
    [InlineData(50_000_000, 10_000_000, 1e-3, RooflineLimit.Compute)]
    [InlineData(49_000_000, 10_000_000, 1e-3, RooflineLimit.Memory)]
    [InlineData(0, 5_000_000, 0.5e-3, RooflineLimit.Memory)]
    public void Roofline_OfWork_IsTheLargerOfTheTwoTimes(long macs, long bytes, double seconds, RooflineLimit limit)
    {
        var bound = Roofline.Of(macs, bytes, gflops: 100, gigabytesPerSecond: 10);
        Assert.Equal(seconds, bound.Seconds, 1e-12);
        Assert.Equal(limit, bound.Limit);
    }

    [Fact]
    public void Roofline_UnknownArithmetic_LeavesMemory() =>
        Assert.Equal(new Roofline(1e-3, RooflineLimit.Memory), Roofline.Of(long.MaxValue / 4, 10_000_000, null, 10));

    [Theory]
    [InlineData(1, 40)]
    [InlineData(1000, 40)]
    [InlineData(1001, 10)]
    [InlineData(100_000_000, 10)]
    public void MachinePeaks_BandwidthForBytes_IsThatOfTheNextLargerCopy(long bytes, double expected) =>
        Assert.Equal(expected, Peaks.BandwidthFor(bytes));

    [Theory]
    [InlineData(2.5, new[] { 3.0, 1, 2, 10 })]
    [InlineData(2, new[] { 9.0, 1, 2 })]
    [InlineData(7, new[] { 7.0 })]
    public void Timing_Median_IsTheMiddle(double expected, double[] values) => Assert.Equal(expected, Timing.Median(values));

    [Fact]
    public void KernelBenchCsv_OfAResult_HasARowPerNumber()
    {
        var row = new KernelRow("tiny", "inference", "conv,1", "Conv2DForward", 2_000_000, 500, Peaks.Bound(2_000_000, 500), 80e-6);
        var net = new NetTotal("tiny", "inference", 4, [row], 160e-6);
        var result = new KernelBenchResult(new DeviceInfo("cpu", "X64, 2 threads", 1), Peaks, [new GemmRow(100, 25e-6)], [net]);
        Assert.Equal(
            """
            kind,net,phase,layer,call,macs,bytes,bound_ms,ms,of_bound_pct,limit,gflops,gbytes_per_s,device
            peak,,,,FMA,,,,,,,100,,"cpu: X64, 2 threads"
            copy,,,,,,1000,,,,,,40,"cpu: X64, 2 threads"
            copy,,,,,,100000,,,,,,10,"cpu: X64, 2 threads"
            gemm,,,,Gemm 100,1000000,,,0.025,80,compute,80,,"cpu: X64, 2 threads"
            call,tiny,inference,"conv,1",Conv2DForward,2000000,500,0.04,0.08,50,compute,50,0.0063,"cpu: X64, 2 threads"
            step,tiny,inference,,,2000000,500,0.04,0.16,25,,25,,"cpu: X64, 2 threads"

            """.ReplaceLineEndings("\n"), KernelBenchCsv.ToText(result));
    }

    [Fact]
    public void FmaPeak_OfEveryVectorSet_IsMoreThanScalarCodeCanDo()
    {
        foreach (var isa in CpuIsa.Present)
            Assert.InRange(FmaPeak.Gflops(threads: 1, isa.Vectors, samples: 3), 1, 1e4);
    }

    [Fact]
    public void Run_SmallestNetQuickly_CountsItsArithmeticAndMeasuresAllCalls()
    {
        using var backend = new CpuBackend(2);
        var result = new KernelBench { Architectures = ["lenet1"], IsQuick = true }.Run(backend, 2);

        Assert.True(result.Peaks.Gflops > 0);
        Assert.All(result.Peaks.Copies, copy => Assert.True(copy.GigabytesPerSecond > 0));
        Assert.All(result.Gemms, gemm => Assert.True(gemm.Gflops > 0));
        Assert.Equal(["inference", "training"], result.Nets.Select(net => net.Phase));
        // conv 28x28x4 of 5x5x1, conv 14x14x12 of 5x5x4, dense 588 to 10; training does the first once more and the others twice more.
        const long First = 28 * 28 * 4 * 25, Others = 14 * 14 * 12 * 25 * 4 + 588 * 10;
        Assert.Equal(256 * (First + Others), result.Nets[0].Macs);
        Assert.Equal(256 * (2 * First + 3 * Others), result.Nets[1].Macs);
        Assert.All(result.Nets.SelectMany(net => net.Rows), row => Assert.True(row is { Seconds: > 0, Bytes: > 0, Bound.Seconds: > 0 }));
        Assert.Contains(result.Nets[1].Rows, row => row is { Layer: "-", Call: "Adam", Bound.Limit: RooflineLimit.Memory });
        var dense = result.Nets[0].Rows.Single(row => row.Call == "Gemm");
        // Each pass over a part of the batch reads the weights again.
        var (passes, rest) = Math.DivRem(dense.Bytes / 4 - 256 * (588 + 10), 588 * 10 + 10);
        Assert.Equal(0, rest);
        Assert.InRange(passes, 1, 256);
    }

    [Fact]
    public void KernelBenchTable_OfAResult_FitsInto120Columns()
    {
        using var backend = new CpuBackend(1);
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 120;
        KernelBenchTable.Write(new KernelBench { Architectures = ["lenet1"], IsQuick = true }.Run(backend, 1), console);
        var lines = text.ToString().Split('\n');
        Assert.InRange(lines.Max(line => line.TrimEnd().Length), 60, 120);
        Assert.Contains(lines, line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["conv2", "Conv2DBackwardData", ..]);
        Assert.Contains(lines, line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is ["lenet1", "training", "256", ..]);
    }

    [Fact]
    public void Run_NoThreads_SaysSo()
    {
        using var backend = new CpuBackend(1);
        Assert.Throws<UsageException>(() => new KernelBench().Run(backend, 0));
    }
}
