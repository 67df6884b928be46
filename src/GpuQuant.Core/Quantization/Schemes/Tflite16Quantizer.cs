using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization.Schemes;

/// <summary>
/// What the study calls 16-bit TFLite is its dynamic-range quantization: int8 weights (symmetric, per channel for convolutions, per
/// tensor for dense layers), inputs quantized on the fly per sample, everything else float. Kernels with fewer than 1,024 weights stay
/// float. Layers for texts get int8 weights by the same rule, an LSTM's per gate, and compute with their values in float; TFLite also
/// quantizes what goes into their products on the fly, step by step.
/// </summary>
public sealed class Tflite16Quantizer : IQuantizer
{
    private const int LeastWeights = 1024;
    private const int GreatestInput = 255;

    /// <inheritdoc/>
    public string Name => "tflite16";

    /// <inheritdoc/>
    public string Description => "int8 weights, inputs quantized on the fly (TFLite dynamic range, the study's 16-bit TFLite)";

    /// <inheritdoc/>
    public Model Quantize(Model model, CalibrationData calibration)
    {
        model = ConvolutionBiases.Add(FakeQuantizers.Remove(model).Float);
        var parameters = new Dictionary<string, Tensor>(model.Parameters);
        var graph = GraphRewriter.Rewrite(FuseActivations.Apply(model.Graph), (node, inputs, builder) =>
        {
            if (node.Op is not (Conv2DOp or DenseOp) || model.Parameters[$"{node.Name}/kernel"].Shape.Count < LeastWeights)
                return null;
            var op = node.Op is Conv2DOp conv
                ? new DynamicConv2DOp(conv.Channels, conv.Kernel, conv.Stride, conv.Padding,
                    Weights(node, true, conv.Activation, parameters))
                : (Op)new DynamicDenseOp(((DenseOp)node.Op).Units, Weights(node, false, ((DenseOp)node.Op).Activation, parameters));
            return builder.Add(op, inputs, node.Name);
        });
        foreach (var node in model.Graph.Nodes)
            foreach (var name in TextWeights.Of(node))
                parameters[name] = Rounded(parameters[name], node.Op is LstmOp lstm ? lstm.GateCount : 1);
        return new Model(graph, new ParameterSet(parameters));
    }

    /// <inheritdoc/>
    public StoredTensor Encode(string name, Tensor value) => value.Type == DType.Float32 && TextWeights.IsWeights(name)
        ? StoredTensor.Steps(value, bits: 8, value.Shape[^1])
        : StoredTensor.AsItIs(value);

    /// <summary>The values of int8 weights, in equal parts that have scales of their own; as they are where a part has too few.</summary>
    private static Tensor Rounded(Tensor weights, int parts)
    {
        var rounded = weights.Clone();
        var (shape, length) = (new Shape([weights.Shape[0] / parts, .. weights.Shape.Dims[1..]]), (int)(weights.Shape.Count / parts));
        for (var part = 0; part < parts && length >= LeastWeights; part++)
        {
            var values = rounded.Span<float>().Slice(part * length, length);
            var integers = WeightQuantization.Symmetric(Tensor.From<float>(values.ToArray(), shape), perChannel: false);
            for (var i = 0; i < length; i++)
                values[i] = integers.Kernel.Span<sbyte>()[i] * integers.Scales[0];
        }
        return rounded;
    }

    private static DynamicWeights Weights(Node node, bool perChannel, Backends.Activation activation, Dictionary<string, Tensor> parameters)
    {
        var weights = WeightQuantization.Symmetric(parameters[$"{node.Name}/kernel"], perChannel);
        var parts = weights.Parts(GreatestInput);
        parameters[$"{node.Name}/kernel"] = weights.Kernel;
        parameters[$"{node.Name}/scales"] = Tensor.From<float>(weights.Scales, new Shape(weights.Scales.Length));
        if (parts.Count > 1)
            foreach (var (name, part) in IntegerOutput.PartNames(parts.Count).Zip(parts))
                parameters[$"{node.Name}/{name}"] = part;
        return new DynamicWeights(perChannel, activation, parts.Count);
    }
}
