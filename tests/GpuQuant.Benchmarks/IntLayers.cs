using System.Diagnostics;
using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;

namespace GpuQuant.Benchmarks;

/// <summary>
/// The int8 convolutions and dense layers of the four nets, requantized, on one thread: operations per second, and their share of the
/// peak of the multiply-add instruction that the kernels use, measured in the same run. Times are the least of many repetitions.
/// </summary>
internal static class IntLayers
{
    private const double SecondsPerLayer = 0.4;

    public static void Run()
    {
        using var backend = new CpuBackend(1);
        var (instruction, peak) = IntPeak.Measure(backend.Isa);
        Console.WriteLine($"{backend.Device.Description}; peak of {instruction}: {peak:F0} GOP/s");
        Console.WriteLine($"{"net",-9}{"layer",-34}{"MMAC",8}{"us",9}{"GOP/s",8}{"% peak",8}");
        foreach (var (name, image, batch) in new[] { ("lenet1", 28, 32), ("lenet5", 28, 32), ("resnet20", 32, 8), ("nin", 32, 4) })
        {
            var graph = Catalog.Get<IArchitecture>("architecture", name).Build(new Shape(image, image, image == 28 ? 1 : 3), 10);
            var layers = graph.Nodes.Where(node => node.Op is Conv2DOp or DenseOp).Select(node => CallOf(backend, node, batch));
            var (total, time) = (0L, 0.0);
            foreach (var group in layers.GroupBy(layer => layer.Title))
            {
                var (call, count) = (group.First().Call, group.Count());
                var seconds = Least(backend, call) / batch;
                (total, time) = (total + call.Macs / batch * count, time + seconds * count);
                Report(name, $"{group.Key} x{count}", call.Macs / batch, seconds, peak);
            }
            Report(name, $"all: {1 / time:F0} images/s", total, time, peak);
        }
    }

    private static void Report(string net, string layer, long macs, double seconds, double peak)
    {
        var gops = 2e-9 * macs / seconds;
        Console.WriteLine($"{net,-9}{layer,-34}{macs / 1e6,8:F2}{seconds * 1e6,9:F2}{gops,8:F0}{100 * gops / peak,8:F0}");
    }

    private static (string Title, KernelCall Call) CallOf(CpuBackend backend, Node node, int batch)
    {
        var (from, to) = (node.Inputs[0].Output.Shape, node.Output.Shape);
        var input = Bytes(backend, from.Prepend(batch));
        var output = TensorView.Allocate(backend, "output", DType.Int8, to.Prepend(batch));
        var kernel = Bytes(backend, node.Parameters[0].Shape);
        var bias = TensorView.Allocate(backend, "bias", DType.Int32, new Shape(to[^1]));
        var requantization = new Requantization(Ints(backend, to[^1], 1_500_000_000), Ints(backend, to[^1], -9), 3, -128, 127);
        if (node.Op is not Conv2DOp conv)
            return ($"dense {from} to {to}", new IntGemmCall(input, kernel, bias, output, -5, null, requantization));
        var title = $"{conv.Kernel}x{conv.Kernel} {from} to {to[^1]}{(conv.Stride > 1 ? $" /{conv.Stride}" : "")}";
        return (title, new IntConv2DCall(input, kernel, bias, output, conv.Window(from), -5, null, requantization));
    }

    private static double Least(CpuBackend backend, KernelCall call)
    {
        var workspace = TensorView.Allocate(backend, "workspace", DType.UInt8, new Shape((int)backend.WorkspaceBytes(call)));
        var run = (call with { Workspace = workspace }).Prepare(backend.Primitives);
        var least = double.PositiveInfinity;
        for (var begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin).TotalSeconds < SecondsPerLayer;)
        {
            var start = Stopwatch.GetTimestamp();
            run();
            least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return least;
    }

    private static TensorView Bytes(CpuBackend backend, Shape shape)
    {
        var view = TensorView.Allocate(backend, "bytes", DType.Int8, shape);
        var values = new byte[view.Bytes];
        new Random(1).NextBytes(values);
        backend.Upload(values, view);
        return view;
    }

    private static TensorView Ints(CpuBackend backend, int count, int value)
    {
        var view = TensorView.Allocate(backend, "ints", DType.Int32, new Shape(count));
        backend.Upload(MemoryMarshal.AsBytes<int>(Enumerable.Repeat(value, count).ToArray()), view);
        return view;
    }
}
