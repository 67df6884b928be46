using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization;

/// <summary>The layers of a net in integers that compute in float, on dequantized values.</summary>
/// <param name="model">The float model.</param>
/// <param name="meaning">What the integers of the new graph's nodes mean.</param>
/// <param name="parameters">Where the layers' parameters go.</param>
internal sealed class FloatLayers(
    Model model, IReadOnlyDictionary<Node, QuantizationParameters> meaning, Dictionary<string, Tensor> parameters)
{
    private readonly Dictionary<Node, Node> _dequantized = [];

    /// <summary>Whether integer layers can apply an activation.</summary>
    public static bool HasIntegerForm(Activation activation) => activation is Activation.None or Activation.Relu or Activation.Relu6;

    /// <summary>Says that a layer cannot be computed in integers.</summary>
    public static UsageException NoIntegerForm(Node node) => new(
        $"Layer '{node.Name}' ({(node.Op is ActivationOp op ? op.Activation.ToString() : node.Op.Kind)}) has no integer form; with "
        + "--allow-float (AllowsFloat) it is computed in float.");

    /// <summary>Adds a layer as it is, on the values of its inputs.</summary>
    public Node Compute(Node node, IReadOnlyList<Node> inputs, GraphBuilder builder)
    {
        foreach (var parameter in node.Parameters)
            parameters[node.FullName(parameter)] = model.Parameters[node.FullName(parameter)];
        return builder.Add(node.Op, [.. inputs.Select(input => Values(input, builder))], node.Name);
    }

    /// <summary>A node's values (word numbers as they are); dequantized once, however many layers take them.</summary>
    public Node Values(Node node, GraphBuilder builder)
    {
        if (node.Output.Type is not (DType.Int8 or DType.Int16))
            return node;
        if (!_dequantized.TryGetValue(node, out var values))
            _dequantized[node] = values =
                builder.Add(new DequantizeOp(meaning[node].Scale, meaning[node].ZeroPoint), [node], $"{node.Name}/dequantized");
        return values;
    }
}
