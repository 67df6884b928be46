using System.Diagnostics;
using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Training;
using GpuQuant.Training.Optimizers;

namespace GpuQuant.Experiments;

/// <summary>Measures a net: the whole step, then each of its calls where it stands in the step.</summary>
internal static class NetBench
{
    public const string Inference = "inference", Training = "training";

    public static NetTotal Measure(
        Backend backend, string net, string phase, Graph graph, DeviceParameters parameters, int batch, MachinePeaks peaks, bool isQuick)
    {
        using var program = Program(backend, phase, graph, parameters, batch);
        BenchInputs.Fill(backend, program);
        var (leastRuns, leastSeconds) = isQuick ? (3, 0.1) : (7, 1.0);
        var total = Timing.MedianSeconds(backend, program.Run, leastRuns, leastSeconds);
        var times = CallSeconds(backend, program, leastRuns, leastSeconds);
        var rows = program.Calls.Select((entry, index) =>
            KernelRow.Of(net, phase, entry.Call, entry.Node, program.Passes, peaks, times[index]));
        return new(net, phase, batch, [.. rows], total);
    }

    private static GraphProgram Program(Backend backend, string phase, Graph graph, DeviceParameters parameters, int batch)
    {
        if (phase == Inference)
            return GraphProgram.ForInference(graph, parameters, backend, batch);
        var optimizer = new Adam().Start(parameters);
        optimizer.Prepare(backend, 1);
        return GraphProgram.ForTraining(graph, parameters, backend, batch, Loss.For(graph), optimizer.Calls);
    }

    /// <summary>Each call's median over passes through the step: so it finds its inputs where the calls before it leave them.</summary>
    private static double[] CallSeconds(Backend backend, GraphProgram program, int leastRuns, double leastSeconds)
    {
        var calls = program.Calls.Select(entry => entry.Call.Prepare(backend.Primitives)).ToArray();
        var times = calls.Select(_ => new List<double>()).ToArray();
        var begin = Stopwatch.GetTimestamp();
        for (var pass = 0; pass < leastRuns || Stopwatch.GetElapsedTime(begin).TotalSeconds < leastSeconds; pass++)
            for (var i = 0; i < calls.Length; i++)
            {
                var start = Stopwatch.GetTimestamp();
                calls[i]();
                backend.Synchronize();
                times[i].Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            }
        return [.. times.Select(Timing.Median)];
    }
}
