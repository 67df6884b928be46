using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>Values to compute on: timings need some that are neither zero nor denormal.</summary>
public static class BenchInputs
{
    /// <summary>Fills a float tensor with values between 0 and 1.</summary>
    public static void FillUniform(Backend backend, TensorView view, ulong seed)
    {
        var values = new float[view.Count];
        var random = new RandomStream(seed, RandomPurpose.Test);
        foreach (ref var value in values.AsSpan())
            value = (float)random.NextDouble();
        backend.Upload(MemoryMarshal.AsBytes(values.AsSpan()), view);
    }

    /// <summary>Fills a program's input with values between 0 and 1, or words of its table, and a training's targets with one class after the other.</summary>
    public static void Fill(Backend backend, GraphProgram program)
    {
        if (program.Input.Type == DType.Int32)
            FillWords(backend, program);
        else
            FillUniform(backend, program.Input, 0);
        if (program.Targets is not { } targets)
            return;
        var (rows, classes) = (targets.Shape[0], targets.Shape[1]);
        var values = new float[rows * classes];
        for (var row = 0; row < rows; row++)
            values[row * classes + row % classes] = 1;
        backend.Upload(MemoryMarshal.AsBytes(values.AsSpan()), targets);
    }

    private static void FillWords(Backend backend, GraphProgram program)
    {
        var words = program.Calls.Select(entry => entry.Call).OfType<EmbeddingCall>().First().Table.Shape[0];
        var values = new int[program.Input.Count];
        var random = new RandomStream(0, RandomPurpose.Test);
        foreach (ref var value in values.AsSpan())
            value = random.NextInt32(0, words);
        backend.Upload(MemoryMarshal.AsBytes(values.AsSpan()), program.Input);
    }
}
