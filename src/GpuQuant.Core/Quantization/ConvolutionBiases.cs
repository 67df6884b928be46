using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization;

/// <summary>
/// The pass that gives every convolution a bias, of zeros where it had none: passes that move values into biases, and integer layers,
/// then find one everywhere. The model computes the same.
/// </summary>
internal static class ConvolutionBiases
{
    /// <summary>The model with biases; itself if no convolution is without.</summary>
    public static Model Add(Model model)
    {
        if (!model.Graph.Nodes.Any(node => node.Op is Conv2DOp { HasBias: false }))
            return model;
        var graph = GraphRewriter.Rewrite(model.Graph, (node, inputs, builder) =>
            node.Op is Conv2DOp { HasBias: false } op ? builder.Add(op with { HasBias = true }, inputs, node.Name) : null);
        return new(graph, new ParameterSet(graph.Parameters.Select(p => KeyValuePair.Create(
            p.Name, model.Parameters.TryGetValue(p.Name, out var value) ? value : new Tensor(p.Spec.Type, p.Spec.Shape)))));
    }
}
