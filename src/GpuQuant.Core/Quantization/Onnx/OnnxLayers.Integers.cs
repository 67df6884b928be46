using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization.Onnx;

/// <summary>The integer layers: a float layer between DequantizeLinear and QuantizeLinear.</summary>
internal sealed partial class OnnxLayers
{
    private const float ProbabilityScale = 1f / 256;
    private readonly Dictionary<Node, QuantizationParameters> _meaning = [];
    private readonly Dictionary<Node, string> _dequantized = [];

    private string IntegerLayer(Node node, string[] inputs) => node.Op switch
    {
        QuantizeOp { Rounding: not Rounding.TruncateAndWrap, Bits: 8 } op => Quantize(node, inputs[0], new(op.Scale, op.ZeroPoint)),
        DequantizeOp op => Dequantized(node.Inputs[0]),
        IntConv2DOp op => Product(node, op.Output, "Conv", ConvolutionKernel<sbyte>(node), KernelDims(node),
            Window(Windows.Of(op.Padding, node.Inputs[0].Output.Shape, op.Kernel, op.Stride))),
        IntDenseOp op => Product(node, op.Output, "Gemm", DenseKernel<sbyte>(node), [.. node.Parameters[0].Shape],
            OnnxNodes.Number("transB", 1)),
        IntScaleOp op when node.Output.Shape.Rank == 3 => Product(node, op.Output, "Conv", Values<sbyte>(node, "kernel"),
            [node.Output.Shape[2], 1, 1, 1], PerChannel(node.Output.Shape[2])),
        IntScaleOp { Output: var output } => ScaleVector(node, output),
        IntAddOp { Factors: var factors } op => Clamp(Quantize(
            node, Add("Add", $"{node.Name}/sum", node.Inputs.Select(Dequantized)), new(op.OutputScale, factors.OutputZeroPoint),
            IsClamped(factors.Minimum, factors.Maximum)), node.Name, factors.Minimum, factors.Maximum),
        IntPool2DOp op => IntegerPool(node, op, inputs[0]),
        IntSoftmaxOp => Quantize(node, Add("Softmax", $"{node.Name}/exact", [Dequantized(node.Inputs[0])], OnnxNodes.Number("axis", -1)),
            new(ProbabilityScale, 0)),
        _ => throw NoForm(node),
    };

    /// <summary>A maximum is the same in integers; a mean is taken in float, as ONNX has it.</summary>
    private string IntegerPool(Node node, IntPool2DOp op, string input)
    {
        var window = Windows.Of(op.Padding, node.Inputs[0].Output.Shape, op.Size, op.Stride);
        _meaning[node] = _meaning[node.Inputs[0]];
        return op.Pooling == PoolKind.Max
            ? Pool(op.Pooling, window, node.Name, input)
            : Quantize(node, Pool(op.Pooling, window, $"{node.Name}/mean", Dequantized(node.Inputs[0])), _meaning[node]);
    }

    private string Product(
        Node node, IntegerOutput output, string op, sbyte[] kernel, int[] dims, params AttributeProto[] attributes)
    {
        var weights = Store<sbyte>(node, "kernel", kernel, dims);
        return options.HasQLinearLayers
            ? QLinear(node, output, op, weights, dims, attributes)
            : Quantize(node, output, Add(op, $"{node.Name}/sums",
                [Dequantized(node.Inputs[0]), Weights(node, weights), Bias(node, output)], attributes));
    }

    /// <summary>The layer as QLinearConv; a dense one of images of one pixel, in which the inputs are channels.</summary>
    private string QLinear(Node node, IntegerOutput output, string op, string weights, int[] dims, AttributeProto[] attributes)
    {
        var (isDense, scales) = (op == "Gemm", Values<float>(node, "weight_scales"));
        var isClamped = IsClamped(output.Minimum, output.Maximum);
        var (input, name) = (_names[node.Inputs[0]], isClamped ? $"{node.Name}/unclamped" : node.Name);
        if (isDense)
        {
            input = Add("Reshape", $"{node.Name}/input_pixels", [input, Store<long>($"{node.Name}/input_pixels/shape", [0, dims[1], 1, 1], [4])]);
            weights = Add("Reshape", $"{node.Name}/kernel/pixels",
                [weights, Store<long>($"{node.Name}/kernel/pixels/shape", [dims[0], dims[1], 1, 1], [4])]);
            attributes = [OnnxNodes.Numbers("kernel_shape", 1, 1)];
        }
        var source = MeaningSource(node.Inputs[0]).Name;
        var weightZeroPoints = Store<sbyte>(node, "weight_zero_points", new sbyte[scales.Length], scales.Length > 1 ? [scales.Length] : []);
        var (scale, zeroPoint) = StoreMeaning(node, new(output.OutputScale, output.OutputZeroPoint));
        var quantized = Add("QLinearConv", isDense ? $"{name}/pixels" : name,
            [input, $"{source}/scale", $"{source}/zero_point", weights, StoreScales(node, "weight_scales", scales), weightZeroPoints,
                scale, zeroPoint, Store<int>(node, "bias")], attributes);
        return Clamp(isDense ? Add("Flatten", name, [quantized], OnnxNodes.Number("axis", 1)) : quantized,
            node.Name, output.Minimum, output.Maximum);
    }

    /// <summary>A factor and a summand for each element of a vector.</summary>
    private string ScaleVector(Node node, IntegerOutput output)
    {
        var weights = Weights(node, Store<sbyte>(node, "kernel"));
        var products = Add("Mul", $"{node.Name}/products", [Dequantized(node.Inputs[0]), weights]);
        return Quantize(node, output, Add("Add", $"{node.Name}/sums", [products, Bias(node, output)]));
    }

    private string Weights(Node node, string kernel)
    {
        var scales = Values<float>(node, "weight_scales");
        return Dequantize(kernel, StoreScales(node, "weight_scales", scales), scales.Length);
    }

    private string Bias(Node node, IntegerOutput output)
    {
        var scales = Array.ConvertAll(Values<float>(node, "weight_scales"), scale => output.InputScale * scale);
        return Dequantize(Store<int>(node, "bias"), StoreScales(node, "bias_scales", scales), scales.Length);
    }

    /// <summary>A layer's float sums to its integers, clamped.</summary>
    private string Quantize(Node node, IntegerOutput output, string sums) => Clamp(
        Quantize(node, sums, new(output.OutputScale, output.OutputZeroPoint), IsClamped(output.Minimum, output.Maximum)),
        node.Name, output.Minimum, output.Maximum);

    private static bool IsClamped(int minimum, int maximum) => (minimum, maximum) != (sbyte.MinValue, sbyte.MaxValue);

    /// <summary>A fused relu, where the saturation of int8 does not clamp already.</summary>
    private string Clamp(string quantized, string name, int minimum, int maximum) => IsClamped(minimum, maximum)
        ? Add("Clip", name, [quantized, Store<sbyte>($"{name}/minimum", [(sbyte)minimum], []),
            Store<sbyte>($"{name}/maximum", [(sbyte)maximum], [])])
        : quantized;

    private string Quantize(Node node, string input, QuantizationParameters meaning, bool isClampedNext = false)
    {
        var (scale, zeroPoint) = StoreMeaning(node, meaning);
        return Add("QuantizeLinear", isClampedNext ? $"{node.Name}/unclamped" : node.Name, [input, scale, zeroPoint]);
    }

    private (string Scale, string ZeroPoint) StoreMeaning(Node node, QuantizationParameters meaning)
    {
        _meaning[node] = meaning;
        return (Store<float>($"{node.Name}/scale", [meaning.Scale], []), node.Output.Type == DType.UInt8
            ? Store<byte>($"{node.Name}/zero_point", [(byte)meaning.ZeroPoint], [])
            : Store<sbyte>($"{node.Name}/zero_point", [(sbyte)meaning.ZeroPoint], []));
    }

    /// <summary>A layer's integers as floats; written once, however many layers take them.</summary>
    private string Dequantized(Node node)
    {
        if (_dequantized.TryGetValue(node, out var known))
            return known;
        var source = MeaningSource(node).Name;
        return _dequantized[node] =
            Add("DequantizeLinear", $"{node.Name}/dequantized", [_names[node], $"{source}/scale", $"{source}/zero_point"]);
    }

    /// <summary>Pooling, flattening and concatenation of integers keep their inputs' scale; it is stored where it was made.</summary>
    private static Node MeaningSource(Node node)
    {
        while (node.Op is IntPool2DOp { Pooling: PoolKind.Max } or FlattenOp or ConcatOp)
            node = node.Inputs[0];
        return node;
    }

    private string Dequantize(string name, string scales, int channels) => Add("DequantizeLinear", $"{name}/dequantized", [name, scales],
        channels > 1 ? [OnnxNodes.Number("axis", 0)] : []);

    private string StoreScales(Node node, string name, float[] scales) =>
        Store<float>(node, name, scales, scales.Length > 1 ? [scales.Length] : []);
}
