using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization;

/// <summary>The pass that turns a float graph with known ranges into an integer graph with TFLite's meaning.</summary>
internal sealed class IntegerLowering(Model model, IReadOnlyDictionary<string, (float Minimum, float Maximum)> ranges, Rounding inputCast)
{
    private readonly Dictionary<string, Tensor> _parameters = [];
    private readonly Dictionary<Node, QuantizationParameters> _meaning = [];

    public Model Lower()
    {
        var graph = GraphRewriter.Rewrite(model.Graph, (node, inputs, builder) =>
        {
            var lowered = node.Op switch
            {
                InputOp => Input(node, builder),
                Conv2DOp op => Product(node, inputs, builder, op.Activation, perChannel: true,
                    output => new IntConv2DOp(op.Channels, op.Kernel, op.Stride, op.Padding, output)),
                DenseOp op => Product(node, inputs, builder, op.Activation, perChannel: false, output => new IntDenseOp(op.Units, output)),
                Pool2DOp op => Keep(inputs, builder.Add(new IntPool2DOp(op.Pooling, op.Size, op.Stride, op.Padding), inputs, node.Name)),
                FlattenOp => Keep(inputs, builder.Add(node.Op, inputs, node.Name)),
                SoftmaxOp => Softmax(node, inputs, builder),
                _ => throw new UsageException($"Layer '{node.Name}' ({node.Op.Kind}) has no integer form."),
            };
            return lowered;
        });
        return new Model(graph, new ParameterSet(_parameters));
    }

    private Node Input(Node node, GraphBuilder builder)
    {
        var meaning = MeaningOf(node);
        var quantize = builder.Add(new QuantizeOp(meaning.Scale, meaning.ZeroPoint, inputCast), [builder.Add(node.Op, [], node.Name)]);
        _meaning[quantize] = meaning;
        return quantize;
    }

    private Node Keep(IReadOnlyList<Node> inputs, Node node)
    {
        _meaning[node] = _meaning[inputs[0]];
        return node;
    }

    private Node Product(Node node, IReadOnlyList<Node> inputs, GraphBuilder builder, Activation activation, bool perChannel,
        Func<IntegerOutput, Op> op)
    {
        var (from, to) = (_meaning[inputs[0]], MeaningOf(node));
        var weights = WeightQuantization.Symmetric(model.Parameters[$"{node.Name}/kernel"], perChannel, LeastScales(node, from.Scale));
        var greatestInput = Math.Max(127 - from.ZeroPoint, from.ZeroPoint + 128);
        var parts = weights.Parts(greatestInput);
        var bias = Bias(model.Parameters[$"{node.Name}/bias"], from.Scale, weights.Scales);
        CheckAccumulator(node, weights.GreatestSum(greatestInput), bias);
        var factors = bias.Select((_, c) => FixedPointMultiplier.Of(Factor(from.Scale, ScaleOf(weights, c), perChannel) / to.Scale))
            .ToArray();
        Store(node, "kernel", weights.Kernel);
        if (parts.Count > 1)
            foreach (var (name, part) in IntegerOutput.PartNames(parts.Count).Zip(parts))
                Store(node, name, part);
        Store(node, "weight_scales", Tensor.From<float>(weights.Scales, new Shape(weights.Scales.Length)));
        Store(node, "bias", Integers(bias));
        Store(node, "multipliers", Integers([.. factors.Select(f => f.Multiplier)]));
        Store(node, "shifts", Integers([.. factors.Select(f => f.Shift)]));
        var (minimum, maximum) = Limits(node, activation, to);
        var lowered = builder.Add(op(new IntegerOutput(
            from.Scale, from.ZeroPoint, to.Scale, to.ZeroPoint, minimum, maximum, weights.Scales.Length, parts.Count)), inputs, node.Name);
        _meaning[lowered] = to;
        return lowered;
    }

    private Node Softmax(Node node, IReadOnlyList<Node> inputs, GraphBuilder builder)
    {
        var scale = _meaning[inputs[0]].Scale;
        Store(node, "table",
            Tensor.From<float>([.. Enumerable.Range(0, 256).Select(d => (float)PortableMath.Exp(-scale * d))], new Shape(256)));
        return builder.Add(new IntSoftmaxOp(), inputs, node.Name);
    }

    private QuantizationParameters MeaningOf(Node node) =>
        QuantizationParameters.Asymmetric(ranges[node.Name].Minimum, ranges[node.Name].Maximum);

    private void Store(Node node, string name, Tensor value) => _parameters[$"{node.Name}/{name}"] = value;

    /// <summary>TFLite multiplies the scales in double per channel, but in float where there is one for the whole tensor.</summary>
    private static double Factor(float input, float weight, bool perChannel) => perChannel ? (double)input * weight : input * weight;

    private static float ScaleOf(WeightQuantization weights, int channel) => weights.Scales[weights.Scales.Length == 1 ? 0 : channel];

    /// <summary>Scales that keep every bias within 2^30 steps: a dead channel's tiny weights would leave no room for its bias.</summary>
    private float[] LeastScales(Node node, float inputScale) =>
        Array.ConvertAll(model.Parameters[$"{node.Name}/bias"].Span<float>().ToArray(), b => Math.Abs(b) / (inputScale * (1 << 30)));

    private static int[] Bias(Tensor bias, float inputScale, float[] weightScales)
    {
        var integers = new int[bias.Shape[0]];
        for (var c = 0; c < integers.Length; c++)
        {
            var scale = (double)inputScale * weightScales[weightScales.Length == 1 ? 0 : c];
            integers[c] =
                (int)Math.Clamp(Math.Round(bias.Span<float>()[c] / scale, MidpointRounding.AwayFromZero), int.MinValue, int.MaxValue);
        }
        return integers;
    }

    private static void CheckAccumulator(Node node, long greatestSum, int[] bias)
    {
        if (greatestSum + bias.Max(b => Math.Abs((long)b)) > int.MaxValue)
            throw new UsageException(
                $"Layer '{node.Name}' can overflow its 32-bit accumulator: sums reach {greatestSum}. It needs a wider scheme.");
    }

    private static (int Minimum, int Maximum) Limits(Node node, Activation activation, QuantizationParameters to) => activation switch
    {
        Activation.None => (-128, 127),
        Activation.Relu => (to.ZeroPoint, 127),
        Activation.Relu6 => (to.ZeroPoint, (int)Math.Min(127, to.ZeroPoint + MathF.Round(6 / to.Scale, MidpointRounding.AwayFromZero))),
        _ => throw new UsageException($"Layer '{node.Name}' has a {activation}, which has no integer form."),
    };

    private static Tensor Integers(int[] values) => Tensor.From<int>(values, new Shape(values.Length));
}
