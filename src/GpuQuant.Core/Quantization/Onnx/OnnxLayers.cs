using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization.Onnx;

/// <summary>The layers of one model as ONNX nodes; a layer's output has the layer's name. The float layers are in this file.</summary>
internal sealed partial class OnnxLayers(Model model, OnnxOptions options)
{
    private readonly GraphProto _graph = new() { Name = "net" };
    private readonly Dictionary<Node, string> _names = [];

    public GraphProto Write()
    {
        foreach (var node in model.Graph.Nodes)
            _names[node] = Layer(node, [.. node.Inputs.Select(input => _names[input])]);
        var output = model.Graph.Output;
        // Integers are transposed before they become floats: ONNX Runtime 1.31 fails to move a Transpose past a DequantizeLinear of int8.
        if (output.Output.Shape.Rank == 3)
            _names[output] = ChannelsLast(_names[output]);
        var name = output.Output.Type == DType.Float32 ? _names[output] : Dequantized(output);
        _graph.Output.Add(OnnxNodes.Value(name, options.Batch, output.Output.Shape.Dims));
        return _graph;
    }

    private string Layer(Node node, string[] inputs) => node.Op switch
    {
        InputOp => Input(node),
        DropoutOp => inputs[0],
        EmbeddingOp => Embed(node, inputs[0]),
        RecurrentOp op => Recur(node, op, inputs[0]),
        Conv2DOp { Weights: null } op => Activated(node, op.Activation, name => Convolve(node, op, inputs[0], name)),
        DenseOp { Weights: null } op => Activated(node, op.Activation, name => Add("Gemm", name,
            [inputs[0], Store<float>(node, "kernel", DenseKernel<float>(node), node.Parameters[0].Shape.Dims), Store<float>(node, "bias")],
            OnnxNodes.Number("transB", 1))),
        BatchNormOp op => Activated(node, op.Activation, name => Normalize(node, op, inputs[0], name)),
        ActivationOp op => Activate(op.Activation, node.Name, inputs[0]),
        Pool2DOp op => Pool(op.Pooling, op.Window(node.Inputs[0].Output.Shape), node.Name, inputs[0]),
        AddOp => Add(options.HasExactSums ? "Sum" : "Add", node.Name, inputs),
        ConcatOp => Concat(node, inputs),
        FlattenOp => Flatten(node, inputs[0]),
        SoftmaxOp => Add("Softmax", node.Name, inputs, OnnxNodes.Number("axis", -1)),
        _ => IntegerLayer(node, inputs),
    };

    private string Input(Node node)
    {
        var shape = node.Output.Shape;
        if (node.Output.Type is not (DType.Float32 or DType.Int32))
            throw NoForm(node);
        var isTransposed = shape.Rank == 3 && options.IsChannelsFirst;
        var value = OnnxNodes.Value(node.Name, options.Batch, isTransposed ? [shape[2], shape[0], shape[1]] : shape.Dims);
        if (node.Output.Type == DType.Int32)
            value.Type.TensorType.ElemType = (int)TensorProto.Types.DataType.Int32;
        _graph.Input.Add(value);
        return shape.Rank == 3 && !isTransposed
            ? Add("Transpose", $"{node.Name}/channels_first", [node.Name], OnnxNodes.Numbers("perm", 0, 3, 1, 2))
            : node.Name;
    }

    private string Convolve(Node node, Conv2DOp op, string input, string name) => Add("Conv", name,
        [
            input, Store<float>(node, "kernel", ConvolutionKernel<float>(node), KernelDims(node)),
            .. op.HasBias ? [Store<float>(node, "bias")] : Array.Empty<string>(),
        ],
        Window(op.Window(node.Inputs[0].Output.Shape)));

    private string Normalize(Node node, BatchNormOp op, string input, string name)
    {
        if (!options.HasNormsAsConvolutions || node.Output.Shape.Rank != 3)
            return Add("BatchNormalization", name,
                [input, .. node.Parameters.Select(parameter => Store<float>(node, parameter.Name))], OnnxNodes.Real("epsilon", op.Epsilon));
        var (scale, offset) = FoldBatchNorm.Affine(model.Parameters, node, op);
        return Add("Conv", name,
            [input, Store<float>(node, "kernel", [.. scale.Select(s => (float)s)], [scale.Length, 1, 1, 1]),
                Store<float>(node, "bias", [.. offset.Select(o => (float)o)], [scale.Length])], PerChannel(scale.Length));
    }

    /// <summary>
    /// A flattened image has its channels last in our order: dense layers that follow have their weights put into ONNX's order, anything
    /// else gets the image transposed.
    /// </summary>
    private string Flatten(Node node, string input)
    {
        if (IsImage(node.Inputs[0]) && !HasOnlyDenseUsers(node))
            input = ChannelsLast(input);
        if (_meaning.TryGetValue(node.Inputs[0], out var meaning))
            _meaning[node] = meaning;
        return Add("Flatten", node.Name, [input], OnnxNodes.Number("axis", 1));
    }

    /// <summary>Channels are the first dimension of a sample in ONNX's order, and the only one of a vector.</summary>
    private string Concat(Node node, string[] inputs)
    {
        if (_meaning.TryGetValue(node.Inputs[0], out var meaning))
            _meaning[node] = meaning;
        return Add("Concat", node.Name, inputs, OnnxNodes.Number("axis", 1));
    }

    private string Pool(PoolKind kind, Window2D window, string name, string input) =>
        kind == PoolKind.Average && window is { OutHeight: 1, OutWidth: 1 }
            && window.KernelHeight >= window.Height && window.KernelWidth >= window.Width
            ? Add("GlobalAveragePool", name, [input])
            : Add(kind == PoolKind.Max ? "MaxPool" : "AveragePool", name, [input], Window(window));

    private string Activated(Node node, Activation activation, Func<string, string> layer) => activation == Activation.None
        ? layer(node.Name)
        : Activate(activation, node.Name, layer($"{node.Name}/linear"));

    private string Activate(Activation activation, string name, string input) => activation switch
    {
        Activation.None => Add("Identity", name, [input]),
        Activation.Relu => Add("Relu", name, [input]),
        Activation.Relu6 => Add("Clip", name, [input, Store<float>($"{name}/minimum", [0f], []), Store<float>($"{name}/maximum", [6f], [])]),
        Activation.Sigmoid => Add("Sigmoid", name, [input]),
        Activation.Tanh => Add("Tanh", name, [input]),
        _ => throw new UsageException($"Layer '{name}' has a {activation}, which has no form in ONNX here."),
    };

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

    private static AttributeProto[] PerChannel(int channels) =>
        [OnnxNodes.Number("group", channels), OnnxNodes.Numbers("kernel_shape", 1, 1)];

    private string ChannelsLast(string name) =>
        Add("Transpose", $"{name}/channels_last", [name], OnnxNodes.Numbers("perm", 0, 2, 3, 1));

    private bool HasOnlyDenseUsers(Node node) => model.Graph.Consumers[node] > 0
        && model.Graph.Nodes.Where(user => user.Inputs.Contains(node)).All(user => user.Op is DenseOp or IntDenseOp);

    /// <summary>Whether the order of pixels and channels matters: more than one of both.</summary>
    private static bool IsImage(Node node) =>
        node.Output.Shape is { Rank: 3 } shape && shape[2] > 1 && (long)shape[0] * shape[1] > 1;

    private static int[] KernelDims(Node node)
    {
        var shape = node.Parameters[0].Shape;
        return [shape[0], shape[3], shape[1], shape[2]];
    }

    private T[] ConvolutionKernel<T>(Node node) where T : unmanaged
    {
        var shape = node.Parameters[0].Shape;
        return Transpose(Values<T>(node, "kernel"), shape[0], shape[1] * shape[2], shape[3]);
    }

    private T[] DenseKernel<T>(Node node) where T : unmanaged
    {
        var kernel = Values<T>(node, "kernel");
        if (node.Inputs[0] is not { Op: FlattenOp } flatten || !IsImage(flatten.Inputs[0]) || !HasOnlyDenseUsers(flatten))
            return kernel;
        var image = flatten.Inputs[0].Output.Shape;
        return Transpose(kernel, node.Parameters[0].Shape[0], image[0] * image[1], image[2]);
    }

    /// <summary>Outputs x pixels x channels to outputs x channels x pixels.</summary>
    private static T[] Transpose<T>(T[] values, int outputs, int pixels, int channels)
    {
        var result = new T[values.Length];
        for (var o = 0; o < outputs; o++)
            for (var p = 0; p < pixels; p++)
                for (var c = 0; c < channels; c++)
                    result[(o * channels + c) * pixels + p] = values[(o * pixels + p) * channels + c];
        return result;
    }

    private T[] Values<T>(Node node, string name) where T : unmanaged => model.Parameters[$"{node.Name}/{name}"].Span<T>().ToArray();

    private string Store<T>(Node node, string name) where T : unmanaged =>
        Store<T>(node, name, Values<T>(node, name), model.Parameters[$"{node.Name}/{name}"].Shape.Dims);

    private string Store<T>(Node node, string name, T[] values, ReadOnlySpan<int> dims) where T : unmanaged =>
        Store<T>($"{node.Name}/{name}", values, dims);

    private string Store<T>(string name, ReadOnlySpan<T> values, ReadOnlySpan<int> dims) where T : unmanaged
    {
        _graph.Initializer.Add(OnnxNodes.Tensor(name, values, dims));
        return name;
    }

    private string Add(string op, string name, IEnumerable<string> inputs, params IEnumerable<AttributeProto> attributes)
    {
        _graph.Node.Add(OnnxNodes.Node(op, name, inputs, attributes));
        return name;
    }

    private static UsageException NoForm(Node node) => new($"Layer '{node.Name}' ({node.Op.Kind}) has no form in ONNX here; "
        + (node.Op is IntEmbeddingOp or IntRecurrentOp or IntSigmoidOp
            ? "export the trained net." : "export the trained net, or one quantized by tflite8 or onnx-qdq."));
}
