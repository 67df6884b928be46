using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization.Schemes;

/// <summary>
/// What the study calls 16-bit TFLite is its dynamic-range quantization: int8 weights (symmetric, per channel for convolutions, per
/// tensor for dense layers), inputs quantized on the fly per sample, everything else float. Kernels with fewer than 1,024 weights stay
/// float. In recurrent layers, what comes in and the state are quantized on the fly at each step, where both kernel and recurrent weights
/// have so many (an LSTM's gate by gate, a GRU's together); else what is int8 computes with its values in float, as embeddings do.
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
            if (node.Op is RecurrentOp recurrent)
                return Recur(node, recurrent, parameters) is { } dynamic ? builder.Add(dynamic, inputs, node.Name) : null;
            if (node.Op is not (Conv2DOp or DenseOp) || model.Parameters[$"{node.Name}/kernel"].Shape.Count < LeastWeights)
                return null;
            var op = node.Op is Conv2DOp conv
                ? new DynamicConv2DOp(conv.Channels, conv.Kernel, conv.Stride, conv.Padding,
                    Weights(node, true, conv.Activation, parameters))
                : (Op)new DynamicDenseOp(((DenseOp)node.Op).Units, Weights(node, false, ((DenseOp)node.Op).Activation, parameters));
            return builder.Add(op, inputs, node.Name);
        });
        foreach (var node in graph.Nodes)
            foreach (var name in TextWeights.Of(node))
                parameters[name] = Rounded(parameters[name], node.Op is RecurrentOp recurrent ? Parts(recurrent) : 1);
        return new Model(graph, new ParameterSet(parameters));
    }

    /// <inheritdoc/>
    public StoredTensor Encode(string name, Tensor value) => value.Type == DType.Float32 && TextWeights.IsWeights(name)
        ? StoredTensor.Steps(value, bits: 8, value.Shape[^1])
        : StoredTensor.AsItIs(value);

    /// <summary>TFLite's LSTM has a tensor for each gate, Keras's GRU one for all.</summary>
    private static int Parts(RecurrentOp op) => op is LstmOp ? op.GateCount : 1;

    /// <summary>The recurrent layer with integer products; null if some of its weights are too few, or its sums would not be exact.</summary>
    private static DynamicRecurrentOp? Recur(Node node, RecurrentOp op, Dictionary<string, Tensor> parameters)
    {
        var (kernel, recurrent, parts) = (parameters[$"{node.Name}/kernel"], parameters[$"{node.Name}/recurrent"], Parts(op));
        if (Math.Min(kernel.Shape.Count, recurrent.Shape.Count) / parts < LeastWeights || op.Units > DynamicRecurrentOp.MostUnits)
            return null;
        var (byPart, recurrentByPart) = (ByPart(kernel, parts), ByPart(recurrent, parts));
        parameters[$"{node.Name}/recurrent"] = recurrentByPart.Kernel;
        parameters[$"{node.Name}/recurrent_scales"] = Repeated(recurrentByPart.Scales, op.GateCount);
        var weights = Store(node, byPart with { Scales = Repeated(byPart.Scales, kernel.Shape[0]).Span<float>().ToArray() },
            new DynamicWeights(PerChannel: true), parameters);
        return op is LstmOp ? new DynamicLstmOp(op.Units, weights) : new DynamicGruOp(op.Units, weights);
    }

    /// <summary>Int8 weights in equal parts that have scales of their own.</summary>
    private static WeightQuantization ByPart(Tensor weights, int parts)
    {
        var quantized = WeightQuantization.Symmetric(
            Tensor.From<float>(weights.Span<float>(), new Shape(parts, (int)weights.Shape.Count / parts)), perChannel: true);
        return quantized with { Kernel = Tensor.From<sbyte>(quantized.Kernel.Span<sbyte>(), weights.Shape) };
    }

    private static Tensor Repeated(float[] scales, int count) =>
        Tensor.From<float>([.. scales.SelectMany(scale => Enumerable.Repeat(scale, count / scales.Length))], new Shape(count));

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

    private static DynamicWeights Weights(Node node, bool perChannel, Backends.Activation activation, Dictionary<string, Tensor> parameters) =>
        Store(node, WeightQuantization.Symmetric(parameters[$"{node.Name}/kernel"], perChannel), new DynamicWeights(perChannel, activation),
            parameters);

    private static DynamicWeights Store(
        Node node, WeightQuantization weights, DynamicWeights dynamic, Dictionary<string, Tensor> parameters)
    {
        var parts = weights.Parts(GreatestInput);
        parameters[$"{node.Name}/kernel"] = weights.Kernel;
        parameters[$"{node.Name}/scales"] = Tensor.From<float>(weights.Scales, new Shape(weights.Scales.Length));
        if (parts.Count > 1)
            foreach (var (name, part) in IntegerOutput.PartNames(parts.Count).Zip(parts))
                parameters[$"{node.Name}/{name}"] = part;
        return dynamic with { SimulationParts = parts.Count };
    }
}
