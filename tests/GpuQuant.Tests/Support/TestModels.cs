using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Tests.Support;

/// <summary>Models with random parameters, and short ways to run them once.</summary>
internal static class TestModels
{
    /// <summary>A graph built in one expression.</summary>
    public static Graph Build(Shape input, Func<GraphBuilder, Node, Node> layers, DType type = DType.Float32)
    {
        var builder = new GraphBuilder();
        return builder.Build(layers(builder, builder.Input(input, type)));
    }

    /// <summary>Random values for all float parameters: factors and variances around 1, all else around 0.</summary>
    public static Model Random(Graph graph, ulong seed, double deviation = 0.5) => new(graph, new ParameterSet(
        graph.Parameters.Select((p, position) =>
        {
            var values = Draw.Normals(seed * 1000 + (ulong)position, (int)p.Spec.Shape.Count, deviation);
            if (p.Spec.Name is "gamma" or "variance")
                values = Array.ConvertAll(values, v => 1 + (p.Spec.Name == "gamma" ? v : Math.Abs(v)));
            // A fake-quantizer's range is not seen yet: the first batch sets it.
            return KeyValuePair.Create(p.Name, p.Spec.Name == "range"
                ? new Tensor(DType.Float32, p.Spec.Shape)
                : Tensor.From<float>(values, p.Spec.Shape));
        })));

    /// <summary>All parameters as doubles, the very same values.</summary>
    public static Dictionary<string, double[]> Doubles(this ParameterSet parameters) =>
        parameters.ToDictionary(p => p.Key, p => Doubles(p.Value.Span<float>()));

    /// <summary>The same values as doubles.</summary>
    public static double[] Doubles(ReadOnlySpan<float> values)
    {
        var doubles = new double[values.Length];
        for (var i = 0; i < doubles.Length; i++)
            doubles[i] = values[i];
        return doubles;
    }

    /// <summary>One forward pass for evaluation; the output's bytes as <typeparamref name="T"/>.</summary>
    public static T[] Infer<T>(Backend backend, Model model, float[] input, int batch, Arithmetic arithmetic = Arithmetic.Native,
        string? layer = null)
        where T : unmanaged
    {
        using var parameters = new DeviceParameters(backend, model);
        using var program = GraphProgram.ForInference(model.Graph, parameters, backend, batch, arithmetic, layer);
        return RunOnce<T>(backend, program, input);
    }

    /// <summary>Uploads (word numbers, where the net takes such), runs, downloads.</summary>
    public static T[] RunOnce<T>(Backend backend, GraphProgram program, float[] input) where T : unmanaged
    {
        backend.Upload(program.Input.Type == DType.Int32
            ? MemoryMarshal.AsBytes<int>(Array.ConvertAll(input, value => (int)value))
            : MemoryMarshal.AsBytes<float>(input), program.Input);
        program.Run();
        return Fetch<T>(backend, program.Output);
    }

    /// <summary>A tensor's elements.</summary>
    public static T[] Fetch<T>(Backend backend, TensorView view) where T : unmanaged
    {
        var tensor = new Tensor(view.Type, view.Shape);
        backend.Download(view, tensor.Bytes);
        return tensor.Span<T>().ToArray();
    }

    /// <summary>Where random draws of a test's training step stand: any seed and epoch, and samples from 40 on.</summary>
    public static int[] RandomPosition(int batch) => [-19, 21, 3, .. Enumerable.Range(40, batch)];

    /// <summary>How a test's training step mixes its samples: a matrix that is not symmetric.</summary>
    public static float[] Mixing(int batch) => [.. Enumerable.Range(0, batch * batch).Select(i =>
        (i / batch == i % batch ? 0.75f : 0) + ((i / batch + 1) % batch == i % batch ? 0.25f : 0))];

    /// <summary>One-hot rows.</summary>
    public static float[] OneHot(int[] classes, int count)
    {
        var targets = new float[classes.Length * count];
        for (var i = 0; i < classes.Length; i++)
            targets[i * count + classes[i]] = 1;
        return targets;
    }

    /// <summary>Forward, loss and backward once, without changing parameters: summed loss, correct samples, gradients by name.</summary>
    public static (float Loss, float Correct, Dictionary<string, float[]> Gradients) Differentiate(
        Backend backend, Model model, float[] input, int[] classes)
    {
        using var parameters = new DeviceParameters(backend, model, withGradients: true);
        using var program = GraphProgram.ForTraining(model.Graph, parameters, backend, classes.Length, Loss.For(model.Graph), []);
        backend.Upload(MemoryMarshal.AsBytes<float>(OneHot(classes, program.Targets!.Shape[1])), program.Targets);
        if (program.RandomPosition is { } position)
            backend.Upload(MemoryMarshal.AsBytes<int>(RandomPosition(classes.Length)), position);
        if (program.Mixing is { } mixing)
            backend.Upload(MemoryMarshal.AsBytes<float>(Mixing(classes.Length)), mixing);
        RunOnce<float>(backend, program, input);
        var statistics = Fetch<float>(backend, program.Statistics!);
        return (statistics[0], statistics[1], model.Graph.Parameters.Where(p => p.Spec.Trainable)
            .ToDictionary(p => p.Name, p => Fetch<float>(backend, parameters.Gradient(p.Name))));
    }
}
