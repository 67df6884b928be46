using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization;

/// <summary>
/// The pass that makes a float net ready for quantization-aware training, and back: fake-quantizers behind the input, activations, sums,
/// concatenations and logits, and quantized weights in all convolutions and dense layers. Batch normalizations and poolings are left as
/// they are; of nets for texts, so are embeddings and recurrent layers, as in the study. Layers keep their names and parameters. What only a concatenation uses has its fake-quantizer there: its parts share scale and
/// zero point, as integer hardware wants it.
/// </summary>
public static partial class FakeQuantizers
{
    /// <summary>The model with fake-quantizers; what they learn or measure is empty until the first batch of a training.</summary>
    /// <param name="model">A float model.</param>
    /// <param name="options">What is simulated; null: <see cref="QatOptions.Tflite8"/>.</param>
    /// <exception cref="UsageException">The model has fake-quantizers already, or the options do not fit.</exception>
    public static Model Insert(Model model, QatOptions? options = null)
    {
        var graph = Insert(model.Graph, options);
        return new(graph, new ParameterSet(graph.Parameters.Select(p => KeyValuePair.Create(
            p.Name, model.Parameters.TryGetValue(p.Name, out var value) ? value : new Tensor(p.Spec.Type, p.Spec.Shape)))));
    }

    /// <summary>The graph with fake-quantizers.</summary>
    /// <exception cref="UsageException">The graph has some already, or the options do not fit.</exception>
    public static Graph Insert(Graph graph, QatOptions? options = null)
    {
        if (graph.Nodes.FirstOrDefault(node => node.Op is FakeQuantizeOp) is { } present)
            throw new UsageException($"The net already has a fake-quantizer, '{present.Name}'; insert them into the float net.");
        options ??= QatOptions.Tflite8;
        var layers = graph.Nodes.Where(node => node.Op is Conv2DOp or DenseOp).ToArray();
        return GraphRewriter.Rewrite(graph, (node, inputs, builder) =>
        {
            var isEdge = layers.Length > 0 && (node == layers[0] || node == layers[^1]);
            var layer = builder.Add(WithQuantizedWeights(node.Op, options, isEdge), inputs, node.Name);
            return QuantizerBehind(graph, node, options) is { } quantizer ? builder.Add(quantizer, [layer]) : layer;
        });
    }

    private static Op WithQuantizedWeights(Op op, QatOptions options, bool isEdge) => op switch
    {
        Conv2DOp convolution => convolution with { Weights = options.WeightsOf(isEdge, isDense: false) },
        DenseOp dense => dense with { Weights = options.WeightsOf(isEdge, isDense: true) },
        _ => op,
    };

    private static FakeQuantizeOp? QuantizerBehind(Graph graph, Node node, QatOptions options)
    {
        if (options.Activations is not { } activations)
            return null;
        // Probabilities stay as they are, and word numbers are integers already.
        var probabilities = graph.Output.Op is SoftmaxOp or ActivationOp { Activation: Activation.Sigmoid } ? graph.Output : null;
        if (node == probabilities || node.Output.Type != DType.Float32)
            return null;
        if (node == (probabilities?.Inputs[0] ?? graph.Output) || node.Op is InputOp)
            return options.EdgeQuantizer(activations);
        return NeedsQuantizer(graph, node) || (options.SumInputs && IsLinearSummand(graph, node))
            ? activations.Behind(IsNonNegative(node))
            : null;
    }

    private static bool NeedsQuantizer(Graph graph, Node node) => node.Op switch
    {
        _ when OnlyConsumer(graph, node)?.Op is ConcatOp => false,
        AddOp or ConcatOp => OnlyConsumer(graph, node)?.Op is not ActivationOp,
        Pool2DOp => IsQuantizedAfterPooling(graph, node.Inputs[0]),
        _ => IsActivation(node) && !IsQuantizedAfterPooling(graph, node),
    };

    /// <summary>Whether a layer without an activation gives its values to a sum, maybe through dropout.</summary>
    private static bool IsLinearSummand(Graph graph, Node node)
    {
        var consumer = OnlyConsumer(graph, node);
        while (consumer?.Op is DropoutOp)
            consumer = OnlyConsumer(graph, consumer);
        return consumer?.Op is AddOp && node.Op is (Conv2DOp or DenseOp or BatchNormOp) && !IsActivation(node);
    }

    private static bool IsNonNegative(Node node) => node.Op switch
    {
        ActivationOp op => op.Activation is Activation.Relu or Activation.Relu6 or Activation.Sigmoid,
        IFusesActivation op => op.Activation is Activation.Relu or Activation.Relu6 or Activation.Sigmoid,
        Pool2DOp or ConcatOp => node.Inputs.All(IsNonNegative),
        _ => false,
    };

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
