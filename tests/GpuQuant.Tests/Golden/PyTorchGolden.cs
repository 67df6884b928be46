using System.Numerics;
using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Golden;

/// <summary>What all golden files from PyTorch share: how values are drawn without a generator, and how results are compared.</summary>
internal static class PyTorchGolden
{
    /// <summary>The same 16 bits per element as in the script.</summary>
    public static int[] Spread(int stream, int count) =>
        [.. Enumerable.Range(1, count).Select(i => (int)((unchecked((uint)(i + 7919 * stream) * 2654435761u) >> 8) & 0xFFFF))];

    public static void Close(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (var i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance,
                $"{what}[{i}]: {actual[i]}, PyTorch {expected[i]}, tolerated {tolerance}");
    }

    /// <summary>A net with batch normalization and the parameters of the scripts for image nets: kernels by their fan-in.</summary>
    public static Model ModelOf(Graph graph) => new(graph, new ParameterSet(graph.Parameters.Select((p, stream) =>
    {
        var fanIn = (uint)(p.Spec.Shape.Count / p.Spec.Shape[0]);
        var (scale, offset) = p.Spec.Name switch
        {
            "kernel" => (MathF.ScaleB(1, 2 - (32 - BitOperations.LeadingZeroCount(fanIn)) / 2), 0f),
            "bias" => (1 / 16f, 0f),
            "gamma" or "variance" => (0.5f, 1f),
            _ => (0.5f, 0f),
        };
        var values = Array.ConvertAll(Spread(stream, (int)p.Spec.Shape.Count), v => offset + (v / 65536f - 0.5f) * scale);
        return KeyValuePair.Create(p.Name, Tensor.From<float>(values, p.Spec.Shape));
    })));

    /// <summary>Compares loss and gradients, of which the scripts keep so many evenly spaced values and the greatest magnitude.</summary>
    public static void CloseGradients(IReadOnlyDictionary<string, Tensor> golden, string name, Model model, float[] samples, int[] labels,
        int kept, double relative)
    {
        using var backend = new CpuBackend(2);
        var (loss, _, gradients) = TestModels.Differentiate(backend, model, samples, labels);
        Assert.Equal(golden[$"{name}/loss"].Span<float>()[0], loss / labels.Length, 1e-5);
        Assert.Equal(golden.Keys.Count(key => key.StartsWith($"{name}/gradient/", StringComparison.Ordinal)), gradients.Count);
        foreach (var (parameter, gradient) in gradients)
        {
            var stride = (gradient.Length + kept - 1) / kept;
            var greatest = golden[$"{name}/greatest/{parameter}"].Span<float>()[0];
            // Gradients that batch normalization makes 0 (biases before it) keep the rounding of terms of the loss's size.
            Close(golden[$"{name}/gradient/{parameter}"].Span<float>(), [.. gradient.Where((_, i) => i % stride == 0)],
                relative * greatest + 1e-6, parameter);
        }
    }
}
