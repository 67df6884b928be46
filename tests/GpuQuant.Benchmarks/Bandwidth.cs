using System.Diagnostics;
using System.Globalization;
using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Numerics;

namespace GpuQuant.Benchmarks;

/// <summary>
/// How near the calls beside matrix products and convolutions come to what moving their bytes costs: each is timed in turn with a copy
/// that moves as many bytes (read and written together), and the least times of several turns are compared.
/// </summary>
internal static class Bandwidth
{
    private const int Turns = 15;

    /// <summary>Prints one line per call.</summary>
    public static void Run(int threads)
    {
        using var backend = new CpuBackend(threads);
        Console.WriteLine($"{backend.Device.Description}; bytes: every tensor read or written, once");
        Console.WriteLine($"{"call",-36}{"MiB",8}{"ms",9}{"GB/s",8}{"copy ms",10}{"time / copy",13}");
        foreach (var (name, call) in new BandwidthCases(backend).All())
        {
            var bytes = call.Reads.Concat(call.Writes).Sum(view => view.Bytes);
            var (ours, copy) = Time(Bind(backend, call), Bind(backend, Copy(backend, bytes / 2)));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name,-36}{bytes / 1048576.0,8:F1}{ours * 1e3,9:F3}{bytes / ours / 1e9,8:F1}{copy * 1e3,10:F3}{Ratio(ours, copy),13}"));
        }
    }

    // A copy of less than a microsecond measures the clock.
    private static string Ratio(double ours, double copy) =>
        copy < 1e-6 ? "-" : (ours / copy).ToString("F2", CultureInfo.InvariantCulture);

    private static (double Ours, double Copy) Time(Action ours, Action copy)
    {
        WarmUp(ours);
        var (leastOurs, leastCopy) = (double.MaxValue, double.MaxValue);
        for (var turn = 0; turn < Turns; turn++)
        {
            leastOurs = Math.Min(leastOurs, Seconds(ours));
            leastCopy = Math.Min(leastCopy, Seconds(copy));
        }
        return (leastOurs, leastCopy);
    }

    // The optimised code comes in the background, some time after the first thirty calls.
    private static void WarmUp(Action action)
    {
        for (var start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start).TotalSeconds < 0.4;)
            action();
    }

    // The first run of a turn finds the other's tensors in the cache; the best of three does not.
    private static double Seconds(Action action)
    {
        var least = double.MaxValue;
        for (var run = 0; run < 3; run++)
        {
            var start = Stopwatch.GetTimestamp();
            action();
            least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return least;
    }

    private static CopyCall Copy(CpuBackend backend, long bytes)
    {
        var shape = new Shape(checked((int)bytes));
        return new(TensorView.Allocate(backend, "source", DType.UInt8, shape), TensorView.Allocate(backend, "target", DType.UInt8, shape));
    }

    private static Action Bind(CpuBackend backend, KernelCall call)
    {
        var bytes = backend.WorkspaceBytes(call);
        var complete = bytes == 0
            ? call
            : call with { Workspace = TensorView.Allocate(backend, "workspace", DType.UInt8, new Shape(checked((int)bytes))) };
        return complete.Prepare(backend.Primitives);
    }
}
