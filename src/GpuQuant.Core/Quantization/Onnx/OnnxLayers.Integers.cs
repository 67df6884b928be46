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
        var scales = Values<float>(node, "weight_scales");
        var weights = Dequantize(Store<sbyte>(node, "kernel", kernel, dims), StoreScales(node, "weight_scales", scales), scales.Length);
        var bias = Dequantize(Store<int>(node, "bias"),
            StoreScales(node, "bias_scales", Array.ConvertAll(scales, scale => output.InputScale * scale)), scales.Length);
        var sums = Add(op, $"{node.Name}/sums", [Dequantized(node.Inputs[0]), weights, bias], attributes);
        var isClamped = IsClamped(output.Minimum, output.Maximum);
        return Clamp(Quantize(node, sums, new(output.OutputScale, output.OutputZeroPoint), isClamped),
            node.Name, output.Minimum, output.Maximum);
    }

    private static bool IsClamped(int minimum, int maximum) => (minimum, maximum) != (sbyte.MinValue, sbyte.MaxValue);

    /// <summary>A fused relu, where the saturation of int8 does not clamp already.</summary>
    private string Clamp(string quantized, string name, int minimum, int maximum) => IsClamped(minimum, maximum)
        ? Add("Clip", name, [quantized, Store<sbyte>($"{name}/minimum", [(sbyte)minimum], []),
            Store<sbyte>($"{name}/maximum", [(sbyte)maximum], [])])
        : quantized;

    private string Quantize(Node node, string input, QuantizationParameters meaning, bool isClampedNext = false)
    {
        _meaning[node] = meaning;
        return Add("QuantizeLinear", isClampedNext ? $"{node.Name}/unclamped" : node.Name,
            [input, Store<float>($"{node.Name}/scale", [meaning.Scale], []), StoreZeroPoint(node)]);
    }

    private string StoreZeroPoint(Node node) => node.Output.Type == DType.UInt8
        ? Store<byte>($"{node.Name}/zero_point", [(byte)_meaning[node].ZeroPoint], [])
        : Store<sbyte>($"{node.Name}/zero_point", [(sbyte)_meaning[node].ZeroPoint], []);

    /// <summary>A layer's integers as floats; written once, however many layers take them.</summary>
    private string Dequantized(Node node)
    {
        if (_dequantized.TryGetValue(node, out var known))
            return known;
        // Pooling and flattening keep their input's scale; it is stored where it was made.
        var source = node;
        while (source.Op is IntPool2DOp { Pooling: PoolKind.Max } or FlattenOp)
            source = source.Inputs[0];
        return _dequantized[node] = Add("DequantizeLinear", $"{node.Name}/dequantized",
            [_names[node], $"{source.Name}/scale", $"{source.Name}/zero_point"]);
    }

    private string Dequantize(string name, string scales, int channels) => Add("DequantizeLinear", $"{name}/dequantized", [name, scales],
        channels > 1 ? [OnnxNodes.Number("axis", 0)] : []);

    private string StoreScales(Node node, string name, float[] scales) =>
        Store<float>(node, name, scales, scales.Length > 1 ? [scales.Length] : []);
}
