using GpuQuant.Backends;
using GpuQuant.Formulas;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization.PostTraining;

namespace GpuQuant.Quantization;

/// <summary>The pass that turns a float graph with known ranges into an integer graph with TFLite's meaning.</summary>
/// <param name="model">Folded and fused.</param>
/// <param name="ranges">By layer: its least and greatest output.</param>
/// <param name="inputCast">How float inputs become integers.</param>
/// <param name="given">What is decided already; null: nothing.</param>
internal sealed class IntegerLowering(Model model, IReadOnlyDictionary<string, (float Minimum, float Maximum)> ranges, Rounding inputCast,
    Encodings? given = null)
{
    private readonly Encodings _given = given ?? Encodings.None;
    private readonly Dictionary<string, Tensor> _parameters = [];
    private readonly Dictionary<Node, QuantizationParameters> _meaning = [];

    /// <summary>Whether layers without an integer form are computed in float; else they are an error.</summary>
    public bool AllowsFloat { get; init; }

    public Model Lower()
    {
        var floats = new FloatLayers(model, _meaning, _parameters);
        var graph = GraphRewriter.Rewrite(model.Graph, (node, inputs, builder) =>
        {
            var lowered = node.Op switch
            {
                InputOp => Input(node, builder),
                Conv2DOp op => Product(node, inputs, builder, op.Activation, perChannel: true, Kernel(node), Bias(node),
                    output => new IntConv2DOp(op.Channels, op.Kernel, op.Stride, op.Padding, output)),
                DenseOp op => Product(node, inputs, builder, op.Activation, perChannel: false, Kernel(node), Bias(node),
                    output => new IntDenseOp(op.Units, output)),
                BatchNormOp op => Scale(node, inputs, builder, op),
                AddOp => Add(node, inputs, builder),
                ConcatOp => Concat(node, inputs, builder),
                ActivationOp op when op == AfterSum(node.Inputs[0]) => inputs[0],
                ActivationOp { Activation: Activation.Relu or Activation.Relu6 } op => Activate(node, inputs[0], builder, op.Activation),
                DropoutOp => inputs[0],
                Pool2DOp op => Keep(inputs, builder.Add(new IntPool2DOp(op.Pooling, op.Size, op.Stride, op.Padding), inputs, node.Name)),
                FlattenOp => Keep(inputs, builder.Add(node.Op, inputs, node.Name)),
                SoftmaxOp when node == model.Graph.Output => Softmax(node, inputs, builder),
                _ when !AllowsFloat => throw FloatLayers.NoIntegerForm(node),
                _ when node == model.Graph.Output => floats.Compute(node, inputs, builder),
                _ => Quantize(node, floats.Compute(node, inputs, builder), builder, $"{node.Name}/quantized", Rounding.HalfAway),
            };
            return lowered;
        });
        return new Model(graph, new ParameterSet(_parameters));
    }

    private Node Input(Node node, GraphBuilder builder) => Quantize(node, builder.Add(node.Op, [], node.Name), builder, null, inputCast);

    private Node Quantize(Node node, Node values, GraphBuilder builder, string? name, Rounding rounding)
    {
        var meaning = MeaningOf(node);
        var quantize = builder.Add(new QuantizeOp(meaning.Scale, meaning.ZeroPoint, rounding), [values], name);
        _meaning[quantize] = meaning;
        return quantize;
    }

    private Node Keep(IReadOnlyList<Node> inputs, Node node)
    {
        _meaning[node] = _meaning[inputs[0]];
        return node;
    }

    private Tensor Kernel(Node node) => model.Parameters[$"{node.Name}/kernel"];

    private Tensor Bias(Node node) => model.Parameters[$"{node.Name}/bias"];

    /// <summary>A batch normalization on its own: a kernel and a bias per channel.</summary>
    private Node Scale(Node node, IReadOnlyList<Node> inputs, GraphBuilder builder, BatchNormOp norm)
    {
        var (scale, offset) = FoldBatchNorm.Affine(model.Parameters, node, norm);
        var shape = new Shape(scale.Length);
        return Product(node, inputs, builder, norm.Activation, perChannel: true,
            Tensor.From<float>([.. scale.Select(s => (float)s)], shape), Tensor.From<float>([.. offset.Select(o => (float)o)], shape),
            output => new IntScaleOp(output));
    }

    /// <summary>An addition, with the activation that alone follows it.</summary>
    private Node Add(Node node, IReadOnlyList<Node> inputs, GraphBuilder builder)
    {
        var activation = AfterSum(node)?.Activation ?? Activation.None;
        var last = activation == Activation.None ? node : WeightLayers.OnlyUser(model.Graph, node)!;
        var (left, right, to) = (_meaning[inputs[0]], _meaning[inputs[1]], MeaningOf(last));
        var (minimum, maximum) = Limits(last, activation, to);
        var common = 2 * (double)Math.Max(left.Scale, right.Scale);
        var (x, y, sum) = (FixedPointMultiplier.Of(left.Scale / common), FixedPointMultiplier.Of(right.Scale / common),
            FixedPointMultiplier.Of(common / ((double)to.Scale * (1 << IntAddFormula.Headroom))));
        var factors = new IntAddFactors(left.ZeroPoint, x.Multiplier, x.Shift, right.ZeroPoint, y.Multiplier, y.Shift, sum.Multiplier,
            sum.Shift, to.ZeroPoint, minimum, maximum);
        var added = builder.Add(new IntAddOp(factors, left.Scale, right.Scale, to.Scale), inputs, node.Name);
        _meaning[added] = to;
        return added;
    }

    /// <summary>The activation that becomes part of an addition: its only user, with an integer form.</summary>
    private ActivationOp? AfterSum(Node node) =>
        node.Op is AddOp && WeightLayers.OnlyUser(model.Graph, node)?.Op is ActivationOp { Activation: Activation.Relu or Activation.Relu6 } op
            ? op : null;

    /// <summary>
    /// Parts whose steps are not those of the whole are requantized first, as TFLite's converter does it; the others are copied as they are.
    /// </summary>
    private Node Concat(Node node, IReadOnlyList<Node> inputs, GraphBuilder builder)
    {
        var to = MeaningOf(node);
        var parts = inputs.Select((input, i) => _meaning[input] == to
            ? input
            : Rescale($"{node.Name}/part{i}", input, builder, (double)_meaning[input].Scale / to.Scale, to, (-128, 127)));
        var joined = builder.Add(node.Op, [.. parts], node.Name);
        _meaning[joined] = to;
        return joined;
    }

    /// <summary>An activation that no layer before it can take up; TFLite divides its scales in float.</summary>
    private Node Activate(Node node, Node input, GraphBuilder builder, Activation activation)
    {
        var to = MeaningOf(node);
        return Rescale(node.Name, input, builder, _meaning[input].Scale / to.Scale, to, Limits(node, activation, to));
    }

    /// <summary>The same values in other steps: one requantization, a scaling by weights of 1.</summary>
    private Node Rescale(string name, Node input, GraphBuilder builder, double factor, QuantizationParameters to,
        (int Minimum, int Maximum) limits)
    {
        var (from, channels, multiplier) = (_meaning[input], input.Output.Shape[^1], FixedPointMultiplier.Of(factor));
        _parameters[$"{name}/kernel"] = Tensor.From<sbyte>([.. Enumerable.Repeat((sbyte)1, channels)], new Shape(channels));
        _parameters[$"{name}/weight_scales"] = Tensor.From<float>([1], new Shape(1));
        _parameters[$"{name}/bias"] = Integers(new int[channels]);
        _parameters[$"{name}/multipliers"] = Integers([.. Enumerable.Repeat(multiplier.Multiplier, channels)]);
        _parameters[$"{name}/shifts"] = Integers([.. Enumerable.Repeat(multiplier.Shift, channels)]);
        var rescaled = builder.Add(new IntScaleOp(new IntegerOutput(
            from.Scale, from.ZeroPoint, to.Scale, to.ZeroPoint, limits.Minimum, limits.Maximum, WeightScales: 1)), [input], name);
        _meaning[rescaled] = to;
        return rescaled;
    }

    private Node Product(Node node, IReadOnlyList<Node> inputs, GraphBuilder builder, Activation activation, bool perChannel,
        Tensor kernel, Tensor offsets, Func<IntegerOutput, Op> op)
    {
        var (from, to) = (_meaning[inputs[0]], MeaningOf(node));
        var weights = WeightQuantization.Symmetric(kernel, perChannel,
            _given.Weights.GetValueOrDefault(node.Name, WeightEncoding.Int8), LeastScales(offsets, from.Scale));
        var greatestInput = Math.Max(127 - from.ZeroPoint, from.ZeroPoint + 128);
        var parts = weights.Parts(greatestInput);
        var bias = QuantizeBias(offsets, from.Scale, weights.Scales);
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

    private QuantizationParameters MeaningOf(Node node) => GivenMeaning(node)
        ?? QuantizationParameters.Asymmetric(ranges[node.Name].Minimum, ranges[node.Name].Maximum);

    /// <summary>What is decided about a layer; what only a concatenation uses has its meaning, and need not be requantized.</summary>
    private QuantizationParameters? GivenMeaning(Node node) => _given.Outputs.TryGetValue(node.Name, out var meaning) ? meaning
        : WeightLayers.OnlyUser(model.Graph, node) is { Op: ConcatOp } whole ? GivenMeaning(whole)
        : null;

    private void Store(Node node, string name, Tensor value) => _parameters[$"{node.Name}/{name}"] = value;

    /// <summary>TFLite multiplies the scales in double per channel, but in float where there is one for the whole tensor.</summary>
    private static double Factor(float input, float weight, bool perChannel) => perChannel ? (double)input * weight : input * weight;

    private static float ScaleOf(WeightQuantization weights, int channel) => weights.Scales[weights.Scales.Length == 1 ? 0 : channel];

    /// <summary>Scales that keep every bias within 2^30 steps: a dead channel's tiny weights would leave no room for its bias.</summary>
    internal static float[] LeastScales(Tensor bias, float inputScale) =>
        Array.ConvertAll(bias.Span<float>().ToArray(), b => Math.Abs(b) / (inputScale * (1 << 30)));

    /// <summary>Biases in steps of the products, input scale times weight scale, halves away from zero.</summary>
    internal static int[] QuantizeBias(Tensor bias, float inputScale, float[] weightScales)
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

    /// <summary>Throws if a layer's sums can leave 32 bits.</summary>
    internal static void CheckAccumulator(Node node, long greatestSum, int[] bias)
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
