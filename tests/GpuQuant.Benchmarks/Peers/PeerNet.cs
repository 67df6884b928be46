using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;

namespace GpuQuant.Peers;

/// <summary>A net that all sides run: the same layers, weights, batch and input values.</summary>
/// <param name="Name">The architecture.</param>
/// <param name="Sample">Height x width x channels.</param>
/// <param name="Batch">Samples per step.</param>
internal sealed record PeerNet(string Name, Shape Sample, int Batch)
{
    public const int Classes = 10;

    public static IReadOnlyList<PeerNet> All { get; } =
        [new("lenet5", new Shape(28, 28, 1), 256), new("resnet20", new Shape(32, 32, 3), 128), new("nin", new Shape(32, 32, 3), 128)];

    /// <summary>The net with weights drawn from a seed; nothing trained, which makes no difference for the time.</summary>
    public Model Model(ulong seed = 0)
    {
        var model = Graphs.Model.Initialize(Catalog.Get<IArchitecture>("architecture", Name).Build(Sample, Classes), seed);
        return model with { Parameters = model.Parameters.With(Statistics(model)) };
    }

    /// <summary>Pixels between 0 and 1, channels last.</summary>
    public float[] Pixels(int? batch = null)
    {
        var random = new RandomStream(1, RandomPurpose.Test);
        var pixels = new float[checked((int)((batch ?? Batch) * Sample.Count))];
        foreach (ref var pixel in pixels.AsSpan())
            pixel = (float)random.NextDouble();
        return pixels;
    }

    /// <summary>
    /// Batch-norms that are not the identity, as those of a trained net are not: otherwise exported nets could drop them.
    /// </summary>
    private static Dictionary<string, Tensor> Statistics(Model model)
    {
        var random = new RandomStream(2, RandomPurpose.Test);
        var changed = new Dictionary<string, Tensor>();
        foreach (var node in model.Graph.Nodes.Where(node => node.Op is BatchNormOp))
            foreach (var name in new[] { "gamma", "beta", "mean", "variance" })
            {
                var values = model.Parameters[$"{node.Name}/{name}"].Span<float>().ToArray();
                foreach (ref var value in values.AsSpan())
                    value += (float)random.Uniform(-0.2, 0.2);
                changed[$"{node.Name}/{name}"] = Tensor.From<float>(values, new Shape(values.Length));
            }
        return changed;
    }
}
