using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization;

/// <summary>
/// The pass that turns a float graph with known ranges into ONNX's QDQ meaning: integer products requantized by float factors, all else
/// float between a dequantization and a quantization.
/// </summary>
/// <param name="model">Folded and fused.</param>
/// <param name="ranges">By layer: its least and greatest output.</param>
/// <param name="given">What is decided already; null: nothing.</param>
internal sealed class QdqLowering(
    Model model, IReadOnlyDictionary<string, (float Minimum, float Maximum)> ranges, Encodings? given = null)
{
    private readonly Encodings _given = (given ?? Encodings.None).Checked();
    private readonly Dictionary<string, Tensor> _parameters = [];
    private readonly Dictionary<Node, QuantizationParameters> _meaning = [];

    /// <summary>Whether layers without an integer form are computed in float; else they are an error.</summary>
    public bool AllowsFloat { get; init; }

    public Model Lower()
    {
        var floats = new FloatLayers(model, _meaning, _parameters);
        var graph = GraphRewriter.Rewrite(model.Graph, (node, inputs, builder) => node.Op switch
        {
            InputOp when node.Output.Type == DType.Float32 => Quantize(node, builder.Add(node.Op, [], node.Name), builder),
            InputOp => builder.Add(node.Op, [], node.Name),
            Conv2DOp op => Product(node, inputs[0], builder, op.Activation,
                output => new IntConv2DOp(op.Channels, op.Kernel, op.Stride, op.Padding, output)),
            DenseOp op => Product(node, inputs[0], builder, op.Activation, output => new IntDenseOp(op.Units, output)),
            DropoutOp => inputs[0],
            Pool2DOp { Pooling: PoolKind.Max } op =>
                Keep(inputs[0], builder.Add(new IntPool2DOp(op.Pooling, op.Size, op.Stride, op.Padding), inputs, node.Name)),
            FlattenOp => Keep(inputs[0], builder.Add(node.Op, inputs, node.Name)),
            SoftmaxOp when node == model.Graph.Output => floats.Compute(node, inputs, builder),
            AddOp or ConcatOp when IsForActivationAlone(node) => floats.Compute(node, inputs, builder),
            BatchNormOp or AddOp or ConcatOp or ActivationOp { Activation: Activation.Relu or Activation.Relu6 } or Pool2DOp =>
                Quantize(node, floats.Compute(node, inputs, builder), builder),
            _ when !AllowsFloat => throw FloatLayers.NoIntegerForm(node),
            _ when node == model.Graph.Output => floats.Compute(node, inputs, builder),
            _ => Quantize(node, floats.Compute(node, inputs, builder), builder),
        });
        return new Model(graph, new ParameterSet(_parameters));
    }

    /// <summary>A sum or concatenation whose only user is an activation stays float until after it.</summary>
    private bool IsForActivationAlone(Node node) =>
        model.Graph.Nodes.Where(other => other.Inputs.Contains(node)).ToArray() is [{ Op: ActivationOp }];

    private Node Quantize(Node node, Node values, GraphBuilder builder)
    {
        var meaning = MeaningOf(node);
        var quantized = builder.Add(
            new QuantizeOp(meaning.Scale, meaning.ZeroPoint, Rounding.HalfEven), [values], $"{node.Name}/quantized");
        _meaning[quantized] = meaning;
        return quantized;
    }

    private Node Keep(Node input, Node node)
    {
        _meaning[node] = _meaning[input];
        return node;
    }

    private Node Product(Node node, Node input, GraphBuilder builder, Activation activation, Func<IntegerOutput, Op> op)
    {
        if (activation is not (Activation.None or Activation.Relu or Activation.Relu6))
            throw new UsageException($"Layer '{node.Name}' has a {activation}, which has no integer form.");
        var (from, to) = (_meaning[input], MeaningOf(node));
        var offsets = model.Parameters[$"{node.Name}/bias"];
        var weights = WeightQuantization.Symmetric(
            model.Parameters[$"{node.Name}/kernel"], perChannel: true, GridOf(node, offsets.Shape[0]),
            IntegerLowering.LeastScales(offsets, from.Scale));
        var greatestInput = Math.Max(127 - from.ZeroPoint, from.ZeroPoint + 128);
        var parts = weights.Parts(greatestInput);
        var bias = IntegerLowering.QuantizeBias(offsets, from.Scale, weights.Scales);
        IntegerLowering.CheckAccumulator(node, weights.GreatestSum(greatestInput), bias);
        Store(node, "kernel", weights.Kernel);
        if (parts.Count > 1)
            foreach (var (name, part) in IntegerOutput.PartNames(parts.Count).Zip(parts))
                Store(node, name, part);
        Store(node, "weight_scales", PerChannel(weights.Scales));
        Store(node, "bias", Tensor.From<int>(Array.ConvertAll(bias, b => (int)b), offsets.Shape));
        Store(node, "factors", PerChannel(Array.ConvertAll(weights.Scales, scale => from.Scale * scale / to.Scale)));
        var lowered = builder.Add(op(new IntegerOutput(from.Scale, from.ZeroPoint, to.Scale, to.ZeroPoint, sbyte.MinValue, sbyte.MaxValue,
            weights.Scales.Length, parts.Count, HasFloatFactors: true)), [input], node.Name);
        _meaning[lowered] = to;
        return lowered;
    }

    /// <summary>The weights' grid, with a step per output channel also where they share one.</summary>
    private WeightEncoding GridOf(Node node, int channels) => _given.Weights.GetValueOrDefault(node.Name, WeightEncoding.Int8) is var grid
        && grid.Scales.Count == 1 ? grid with { Scales = [.. Enumerable.Repeat(grid.Scales[0], channels)] } : grid;

    /// <summary>
    /// The range was measured after the activation, so a relu's zero is the least int8 and a relu6's six at most the greatest:
    /// saturation is the activation. That holds for a layer that was always 0 too, if its steps are those of 0 to 6.
    /// </summary>
    private QuantizationParameters MeaningOf(Node node) => _given.Outputs.TryGetValue(node.Name, out var meaning)
        ? meaning
        : ranges[node.Name] is (0, 0)
        ? QuantizationParameters.Asymmetric(0, 6)
        : QuantizationParameters.Asymmetric(ranges[node.Name].Minimum, ranges[node.Name].Maximum);

    private void Store(Node node, string name, Tensor value) => _parameters[$"{node.Name}/{name}"] = value;

    private static Tensor PerChannel(float[] values) => Tensor.From<float>(values, new Shape(values.Length));
}
