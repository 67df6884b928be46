using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Peers.Onnx;

/// <summary>
/// Writes a float net as an ONNX model, channels first. A batch-norm is folded into the convolution before it where that has no other
/// user; one that is left becomes a BatchNormalization, or a convolution of each channel by itself, which has an int8 kernel.
/// </summary>
internal sealed class OnnxExport
{
    private readonly Model _model;
    private readonly bool _hasNormsAsConvolutions;
    private readonly GraphProto _graph = new() { Name = "net" };
    private readonly Dictionary<Node, string> _names = [];

    private OnnxExport(Model model, bool hasNormsAsConvolutions) => (_model, _hasNormsAsConvolutions) = (model, hasNormsAsConvolutions);

    /// <summary>The model for batches of one size.</summary>
    public static ModelProto Write(Model model, int batch, bool hasNormsAsConvolutions) =>
        new OnnxExport(model, hasNormsAsConvolutions).Write(batch);

    private ModelProto Write(int batch)
    {
        foreach (var node in _model.Graph.Nodes)
            _names[node] = Layer(node, node.Inputs.Select(input => _names[input]).ToArray());
        var (input, output) = (_model.Graph.Input.Output.Shape, _model.Graph.Output);
        _graph.Input.Add(OnnxNodes.Value(_names[_model.Graph.Input], batch, input[2], input[0], input[1]));
        _graph.Output.Add(OnnxNodes.Value(_names[output], batch, output.Output.Shape[0]));
        var proto = new ModelProto { IrVersion = 8, ProducerName = "GpuQuant", Graph = _graph };
        proto.OpsetImport.Add(new OperatorSetIdProto { Version = 13 });
        return proto;
    }

    private string Layer(Node node, string[] inputs)
    {
        switch (node.Op)
        {
            case InputOp:
                return node.Name;
            case DropoutOp:
                return inputs[0];
            case Conv2DOp op:
                return Convolve(node, op, inputs[0]);
            case DenseOp:
                return Dense(node, inputs[0]);
            case BatchNormOp when FoldsInto(node.Inputs[0], node):
                return inputs[0];
            case BatchNormOp op:
                return Normalize(node, op, inputs[0]);
            case ActivationOp { Activation: Activation.Relu }:
                return Add("Relu", node.Name, inputs);
            case Pool2DOp op:
                return Pool(node, op, inputs[0]);
            case AddOp:
                return Add("Add", node.Name, inputs);
            case FlattenOp:
                return Add("Flatten", node.Name, inputs, OnnxNodes.Number("axis", 1));
            case SoftmaxOp:
                return Add("Softmax", node.Name, inputs, OnnxNodes.Number("axis", -1));
            default:
                throw new UsageException($"Layer '{node.Name}' ({node.Op.Kind}) has no form in ONNX here.");
        }
    }

    private string Convolve(Node node, Conv2DOp op, string input)
    {
        var (kernel, bias) = (Values(node, "kernel"), Values(node, "bias"));
        if (_model.Graph.Nodes.FirstOrDefault(user => FoldsInto(node, user)) is { } norm)
            Fold(kernel, bias, Affine(norm));
        var (window, channels) = (op.Window(node.Inputs[0].Output.Shape), node.Inputs[0].Output.Shape[2]);
        var weights = Store(node, "kernel", Transpose(kernel, op.Channels, op.Kernel * op.Kernel, channels),
            op.Channels, channels, op.Kernel, op.Kernel);
        return Add("Conv", node.Name, [input, weights, Store(node, "bias", bias, op.Channels)], Window(window));
    }

    private string Dense(Node node, string input)
    {
        var shape = _model.Parameters[$"{node.Name}/kernel"].Shape;
        var kernel = Values(node, "kernel");
        if (node.Inputs[0].Op is FlattenOp && node.Inputs[0].Inputs[0].Output.Shape is { Rank: 3 } image)
            kernel = Transpose(kernel, shape[0], image[0] * image[1], image[2]);
        return Add("Gemm", node.Name, [input, Store(node, "kernel", kernel, shape[0], shape[1]),
            Store(node, "bias", Values(node, "bias"), shape[0])], OnnxNodes.Number("transB", 1));
    }

    private string Normalize(Node node, BatchNormOp op, string input)
    {
        if (_hasNormsAsConvolutions)
        {
            var (factors, offsets) = Affine(node);
            return Add("Conv", node.Name, [input, Store(node, "kernel", factors, factors.Length, 1, 1, 1),
                Store(node, "bias", offsets, offsets.Length)], OnnxNodes.Number("group", factors.Length),
                OnnxNodes.Numbers("kernel_shape", 1, 1));
        }
        string[] names = ["gamma", "beta", "mean", "variance"];
        return Add("BatchNormalization", node.Name,
            [input, .. names.Select(name => Store(node, name, Values(node, name), node.Output.Shape[^1]))],
            OnnxNodes.Real("epsilon", op.Epsilon));
    }

    private string Pool(Node node, Pool2DOp op, string input)
    {
        var window = op.Window(node.Inputs[0].Output.Shape);
        if (op.Pooling == PoolKind.Average && window is { OutHeight: 1, OutWidth: 1 })
            return Add("GlobalAveragePool", node.Name, [input]);
        return Add(op.Pooling == PoolKind.Max ? "MaxPool" : "AveragePool", node.Name, [input], Window(window));
    }

    private static AttributeProto[] Window(Window2D window)
    {
        var bottom = Math.Max(0, (window.OutHeight - 1) * window.StrideY + window.KernelHeight - window.Height - window.PadTop);
        var right = Math.Max(0, (window.OutWidth - 1) * window.StrideX + window.KernelWidth - window.Width - window.PadLeft);
        return
        [
            OnnxNodes.Numbers("kernel_shape", window.KernelHeight, window.KernelWidth),
            OnnxNodes.Numbers("strides", window.StrideY, window.StrideX),
            OnnxNodes.Numbers("pads", window.PadTop, window.PadLeft, bottom, right),
        ];
    }

    private bool FoldsInto(Node convolution, Node user) =>
        convolution.Op is Conv2DOp && user.Op is BatchNormOp && user.Inputs[0] == convolution && _model.Graph.Consumers[convolution] == 1;

    /// <summary>What a batch-norm is in evaluation: factor * x + offset, per channel.</summary>
    private (float[] Factors, float[] Offsets) Affine(Node norm)
    {
        var (gamma, beta, mean, variance) = (Values(norm, "gamma"), Values(norm, "beta"), Values(norm, "mean"), Values(norm, "variance"));
        var factors = gamma.Select((g, c) => g / MathF.Sqrt(variance[c] + ((BatchNormOp)norm.Op).Epsilon)).ToArray();
        return (factors, [.. beta.Select((b, c) => b - mean[c] * factors[c])]);
    }

    private static void Fold(float[] kernel, float[] bias, (float[] Factors, float[] Offsets) norm)
    {
        var length = kernel.Length / bias.Length;
        for (var i = 0; i < kernel.Length; i++)
            kernel[i] *= norm.Factors[i / length];
        for (var c = 0; c < bias.Length; c++)
            bias[c] = bias[c] * norm.Factors[c] + norm.Offsets[c];
    }

    /// <summary>Outputs x pixels x channels to outputs x channels x pixels.</summary>
    private static float[] Transpose(float[] values, int outputs, int pixels, int channels)
    {
        var result = new float[values.Length];
        for (var o = 0; o < outputs; o++)
            for (var p = 0; p < pixels; p++)
                for (var c = 0; c < channels; c++)
                    result[(o * channels + c) * pixels + p] = values[(o * pixels + p) * channels + c];
        return result;
    }

    private float[] Values(Node node, string name) => _model.Parameters[$"{node.Name}/{name}"].Span<float>().ToArray();

    private string Store(Node node, string name, float[] values, params ReadOnlySpan<long> dims)
    {
        _graph.Initializer.Add(OnnxNodes.Tensor<float>($"{node.Name}/{name}", values, dims));
        return $"{node.Name}/{name}";
    }

    private string Add(string op, string name, IEnumerable<string> inputs, params IEnumerable<AttributeProto> attributes)
    {
        _graph.Node.Add(OnnxNodes.Node(op, name, inputs, attributes));
        return name;
    }
}
