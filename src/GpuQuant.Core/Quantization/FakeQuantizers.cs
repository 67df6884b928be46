using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization;

/// <summary>
/// The pass that makes a float net ready for quantization-aware training: fake-quantizers behind the input, activations, sums,
/// concatenations and logits, and 8-bit weights in all convolutions and dense layers. Layers keep their names and parameters. What only a
/// concatenation uses has its fake-quantizer there: its parts share scale and zero point, as integer hardware wants it.
/// </summary>
public static class FakeQuantizers
{
    private const int WeightBits = 8;

    /// <summary>The model with fake-quantizers; their ranges are empty until the first batch of a training.</summary>
    /// <exception cref="UsageException">The model has fake-quantizers already.</exception>
    public static Model Insert(Model model)
    {
        var graph = Insert(model.Graph);
        return new(graph, new ParameterSet(graph.Parameters.Select(p => KeyValuePair.Create(
            p.Name, model.Parameters.TryGetValue(p.Name, out var value) ? value : new Tensor(p.Spec.Type, p.Spec.Shape)))));
    }

    /// <summary>The graph with fake-quantizers.</summary>
    /// <exception cref="UsageException">The graph has some already.</exception>
    public static Graph Insert(Graph graph)
    {
        if (graph.Nodes.FirstOrDefault(node => node.Op is FakeQuantizeOp) is { } present)
            throw new UsageException($"The net already has a fake-quantizer, '{present.Name}'; insert them into the float net.");
        return GraphRewriter.Rewrite(graph, (node, inputs, builder) =>
        {
            var layer = builder.Add(WithQuantizedWeights(node.Op), inputs, node.Name);
            return NeedsQuantizer(graph, node) ? builder.Add(new FakeQuantizeOp(), [layer]) : layer;
        });
    }

    private static Op WithQuantizedWeights(Op op) => op switch
    {
        Conv2DOp convolution => convolution with { WeightBits = WeightBits },
        DenseOp dense => dense with { WeightBits = WeightBits },
        _ => op,
    };

    private static bool NeedsQuantizer(Graph graph, Node node)
    {
        var logits = graph.Output.Op is SoftmaxOp ? graph.Output.Inputs[0] : graph.Output;
        return node == logits || (node.Op switch
        {
            InputOp => true,
            _ when OnlyConsumer(graph, node)?.Op is ConcatOp => false,
            AddOp or ConcatOp => OnlyConsumer(graph, node)?.Op is not ActivationOp,
            Pool2DOp => IsQuantizedAfterPooling(graph, node.Inputs[0]),
            _ => IsActivation(node) && !IsQuantizedAfterPooling(graph, node),
        });
    }

    /// <summary>
    /// Whether an activation is quantized only after the max-pooling that is alone in using it: both are monotone, so the order does not
    /// matter to the values, and fewer are left to quantize. A batch normalization quantizes its output for nothing while it computes it.
    /// </summary>
    private static bool IsQuantizedAfterPooling(Graph graph, Node node) =>
        IsActivation(node) && OnlyConsumer(graph, node)?.Op is Pool2DOp { Pooling: PoolKind.Max }
        && node.Op is not BatchNormOp && node.Inputs[0].Op is not BatchNormOp;

    private static bool IsActivation(Node node) => node.Op is ActivationOp or IFusesActivation { Activation: not Activation.None };

    private static Node? OnlyConsumer(Graph graph, Node node) =>
        graph.Consumers[node] == 1 ? graph.Nodes.Single(other => other.Inputs.Contains(node)) : null;
}
