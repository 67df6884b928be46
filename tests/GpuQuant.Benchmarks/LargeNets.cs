using System.Diagnostics;
using System.Runtime.InteropServices;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Data.Drawn;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Training;
using GpuQuant.Training.Optimizers;

namespace GpuQuant.Benchmarks;

/// <summary>
/// The large nets at the study's 448x448 pixels: ten training steps on eight pictures of <c>traps</c>, each pixel seven times as wide and
/// high; loss and seconds of each, and the memory that was planned and that the process took.
/// </summary>
internal static class LargeNets
{
    private const int Batch = 4, Batches = 2, Steps = 10, Enlarged = 7;

    public static void Run(int threads)
    {
        foreach (var name in new[] { "densenet121", "resnet50" })
            Run(name, threads);
    }

    private static void Run(string name, int threads)
    {
        var data = Subset.First(new TrapsSource().Load(DataPart.Train, ""), Batch * Batches);
        var side = data.SampleShape[0];
        var graph = Catalog.Get<IArchitecture>("architecture", name)
            .Build(new Shape(side * Enlarged, side * Enlarged, 3), data.Classes);
        var model = Model.Initialize(graph, 1);
        var before = Resident();
        using var backend = new CpuBackend(threads);
        using var parameters = new DeviceParameters(backend, model, withGradients: true);
        var optimizer = new Adam().Start(parameters);
        using var program = GraphProgram.ForTraining(graph, parameters, backend, Batch, new SoftmaxCrossEntropyLoss(), optimizer.Calls);
        Console.WriteLine($"{name}: batch {Batch}, {threads} threads, {backend.Isa}; "
            + $"planned: activations {Mebibytes(program.ArenaBytes)}, in all {Mebibytes(backend.AllocatedBytes)}");
        for (var step = 1; step <= Steps; step++)
        {
            backend.Upload(MemoryMarshal.AsBytes<float>(Pictures(data, step % Batches)), program.Input);
            backend.Upload(MemoryMarshal.AsBytes<float>(Targets(data, step % Batches)), program.Targets!);
            optimizer.Prepare(backend, step);
            var (start, cpu) = (Stopwatch.GetTimestamp(), Process.GetCurrentProcess().TotalProcessorTime);
            program.Run();
            var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            var statistics = new float[2];
            backend.Download(program.Statistics!, MemoryMarshal.AsBytes(statistics.AsSpan()));
            Console.WriteLine($"  step {step}: loss {statistics[0] / Batch:F4}, {seconds:F2} s, "
                + $"{(Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds:F2} s of processor time");
        }
        var taken = Resident() - before;
        Console.WriteLine($"  taken by the process: {Mebibytes(taken)}, {100.0 * taken / backend.AllocatedBytes - 100:F1}% beside the plan");
    }

    private static float[] Pictures(IDataset data, int batch)
    {
        var (side, pixels) = (data.SampleShape[0], new byte[data.SampleShape.Count]);
        var row = side * Enlarged * 3;
        var pictures = new float[Batch * side * Enlarged * row];
        for (var n = 0; n < Batch; n++)
        {
            data.Read(batch * Batch + n, pixels);
            for (var i = 0; i < side * Enlarged * row; i++)
                pictures[n * side * Enlarged * row + i] =
                    pixels[(i / row / Enlarged * side + i % row / 3 / Enlarged) * 3 + i % 3] * Preprocessing.UnitRange.Scale;
        }
        return pictures;
    }

    private static float[] Targets(IDataset data, int batch)
    {
        var targets = new float[Batch * data.Classes];
        for (var n = 0; n < Batch; n++)
            targets[n * data.Classes + data.Label(batch * Batch + n)] = 1;
        return targets;
    }

    /// <summary>Bytes of the process in memory, garbage excluded.</summary>
    private static long Resident()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Environment.WorkingSet;
    }

    private static string Mebibytes(long bytes) => $"{bytes / 1048576.0:F0} MiB";
}
