using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization.PostTraining;

namespace GpuQuant.Quantization;

/// <summary>The pass that turns a float graph with known ranges into an integer graph with TFLite's meaning.</summary>
/// <param name="model">Folded and fused.</param>
/// <param name="ranges">By layer: its least and greatest output.</param>
/// <param name="inputCast">How float inputs become integers.</param>
/// <param name="given">What is decided already; null: nothing.</param>
/// <param name="scheme">The widths; null: 8 bits.</param>
internal sealed partial class IntegerLowering(Model model, IReadOnlyDictionary<string, (float Minimum, float Maximum)> ranges, Rounding inputCast,
    Encodings? given = null, IntegerScheme? scheme = null)
{
    private readonly IntegerScheme _scheme = scheme ?? new();
    private readonly LayerBits _bits = new(model.Graph, scheme ?? new());
    private const int GreatestByte = 255, GreatestWideShift = 7;

    private readonly Encodings _given = (given ?? Encodings.None).Checked();
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
                DenseOp op => Product(node, inputs, builder, op.Activation, _scheme.DensePerChannel, Kernel(node), Bias(node),
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
                EmbeddingOp op when IsBytes => Embed(node, inputs, builder, op),
                RecurrentOp op when IsBytes => Recur(node, inputs, builder, op),
                ActivationOp { Activation: Activation.Sigmoid } when IsBytes && node == model.Graph.Output => Sigmoid(node, inputs, builder),
                _ when !AllowsFloat => throw FloatLayers.NoIntegerForm(node),
                _ when node == model.Graph.Output => floats.Compute(node, inputs, builder),
                _ => Quantize(node, floats.Compute(node, inputs, builder), builder, $"{node.Name}/quantized", Rounding.HalfAway),
            };
            return lowered;
        });
        return new Model(graph, new ParameterSet(_parameters));
    }

    private Node Input(Node node, GraphBuilder builder)
    {
        var input = builder.Add(node.Op, [], node.Name);
        return node.Output.Type == DType.Float32 ? Quantize(node, input, builder, null, inputCast) : input;
    }

    private Node Quantize(Node node, Node values, GraphBuilder builder, string? name, Rounding rounding)
    {
        // Narrower integers are clamped by the integer layers that give them; what comes from floats has the whole type.
        var meaning = MeaningOf(node) is { Bits: >= 8 } wide
            ? wide
            : QuantizationParameters.Asymmetric(ranges[node.Name].Minimum, ranges[node.Name].Maximum);
        var quantize = builder.Add(new QuantizeOp(meaning.Scale, meaning.ZeroPoint, rounding, meaning.Bits), [values], name);
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
        var headroom = to.Bits > 8 ? 15 : 20;
        var common = 2 * (double)Math.Max(left.Scale, right.Scale);
        var (x, y, sum) = (FixedPointMultiplier.Of(left.Scale / common), FixedPointMultiplier.Of(right.Scale / common),
            FixedPointMultiplier.Of(common / ((double)to.Scale * (1 << headroom))));
        var factors = new IntAddFactors(left.ZeroPoint, x.Multiplier, x.Shift, right.ZeroPoint, y.Multiplier, y.Shift, sum.Multiplier,
            sum.Shift, to.ZeroPoint, minimum, maximum, headroom);
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
            : Rescale($"{node.Name}/part{i}", input, builder, (double)_meaning[input].Scale / to.Scale, to, (to.Least, to.Greatest)));
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
        _parameters[$"{name}/bias"] = new Tensor(from.Bits > 8 ? DType.Int64 : DType.Int32, new Shape(channels));
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
            EncodingOf(node), LeastScales(offsets, from.Scale, from.Bits), from.Bits > 8 ? to.Scale / from.Scale : 1);
        var parts = weights.Parts(from.Bits > 8 ? GreatestByte : from.GreatestDistance);
        var bias = QuantizeBias(offsets, from.Scale, weights.Scales);
        var accumulatorBits = AccumulatorBits(node, weights, from, bias);
        var factors = bias.Select((_, c) => FixedPointMultiplier.Of(Factor(from.Scale, ScaleOf(weights, c), perChannel) / to.Scale))
            .ToArray();
        Store(node, "kernel", weights.Kernel);
        if (parts.Count > 1)
            foreach (var (name, part) in IntegerOutput.PartNames(parts.Count).Zip(parts))
                Store(node, name, part);
        Store(node, "weight_scales", Tensor.From<float>(weights.Scales, new Shape(weights.Scales.Length)));
        Store(node, "bias", from.Bits > 8
            ? Tensor.From<long>(bias, offsets.Shape)
            : Integers(Array.ConvertAll(bias, b => (int)b)));
        if (from.Bits > 8 && factors.Any(f => f.Shift > GreatestWideShift))
            throw new UsageException($"Layer '{node.Name}' gives values far beyond those of its calibration: one step of its sums is more "
                + $"than {1 << GreatestWideShift} steps of its output. Calibrate with samples like those that it will see.");
        Store(node, "multipliers", Integers([.. factors.Select(f => f.Multiplier)]));
        Store(node, "shifts", Integers([.. factors.Select(f => f.Shift)]));
        var (minimum, maximum) = Limits(node, activation, to);
        var lowered = builder.Add(op(new IntegerOutput(
            from.Scale, from.ZeroPoint, to.Scale, to.ZeroPoint, minimum, maximum, weights.Scales.Length, parts.Count,
            AccumulatorBits: accumulatorBits)), inputs, node.Name);
        _meaning[lowered] = to;
        return lowered;
    }

    private Node Softmax(Node node, IReadOnlyList<Node> inputs, GraphBuilder builder)
    {
        var (scale, zeroPoint, bits) = _meaning[inputs[0]];
        // TFLite interpolates int16 softmax in a table of e^x and gives 2^-15ths. Logits of 16 bits hardly ever tie, and e^x of their float
        // values keeps the differences that such probabilities would round away; the class is that of the integer logits either way.
        if (bits > 8)
            return builder.Add(node.Op, [builder.Add(new DequantizeOp(scale, zeroPoint), inputs)], node.Name);
        Store(node, "table",
            Tensor.From<float>([.. Enumerable.Range(0, 256).Select(d => (float)PortableMath.Exp(-scale * d))], new Shape(256)));
        return builder.Add(new IntSoftmaxOp(), inputs, node.Name);
    }

    private QuantizationParameters MeaningOf(Node node) => GivenMeaning(node)
        ?? (_bits.Output(node) > 8
            ? QuantizationParameters.Symmetric(ranges[node.Name].Minimum, ranges[node.Name].Maximum, _bits.Output(node))
            : QuantizationParameters.Asymmetric(ranges[node.Name].Minimum, ranges[node.Name].Maximum, _bits.Output(node)));

    /// <summary>What is decided about a layer; what only a concatenation uses has its meaning, and need not be requantized.</summary>
    private QuantizationParameters? GivenMeaning(Node node) => _given.Outputs.TryGetValue(node.Name, out var meaning) ? meaning
        : WeightLayers.OnlyUser(model.Graph, node) is { Op: ConcatOp } whole ? GivenMeaning(whole)
        : null;

    private WeightEncoding EncodingOf(Node node) => _given.Weights.GetValueOrDefault(
        node.Name, node.Op is BatchNormOp ? WeightEncoding.Int8 : new WeightEncoding(_bits.Weights(node), []));

    private void Store(Node node, string name, Tensor value) => _parameters[$"{node.Name}/{name}"] = value;

    /// <summary>TFLite multiplies the scales in double per channel, but in float where there is one for the whole tensor.</summary>
    private static double Factor(float input, float weight, bool perChannel) => perChannel ? (double)input * weight : input * weight;

    private static float ScaleOf(WeightQuantization weights, int channel) => weights.Scales[weights.Scales.Length == 1 ? 0 : channel];

    /// <summary>
    /// Scales that keep every bias within 2^30 steps (2^34 in 64 bits): a dead channel's tiny weights would leave no room for its bias.
    /// </summary>
    internal static float[] LeastScales(Tensor bias, float inputScale, int inputBits = 8) =>
        Array.ConvertAll(bias.Span<float>().ToArray(), b => Math.Abs(b) / (inputScale * (1L << (inputBits > 8 ? 34 : 30))));

    /// <summary>Biases in steps of the products, input scale times weight scale, halves away from zero.</summary>
    internal static long[] QuantizeBias(Tensor bias, float inputScale, float[] weightScales)
    {
        const double Most = 1L << 62;
        var integers = new long[bias.Shape[0]];
        for (var c = 0; c < integers.Length; c++)
        {
            var scale = (double)inputScale * weightScales[weightScales.Length == 1 ? 0 : c];
            integers[c] = (long)Math.Clamp(Math.Round(bias.Span<float>()[c] / scale, MidpointRounding.AwayFromZero), -Most, Most);
        }
        return integers;
    }

    /// <summary>Throws if a layer's sums can leave 32 bits.</summary>
    internal static void CheckAccumulator(Node node, long greatestSum, long[] bias)
    {
        if (greatestSum + bias.Max(Math.Abs) > int.MaxValue)
            throw new UsageException(
                $"Layer '{node.Name}' can overflow its 32-bit accumulator: sums reach {greatestSum}. It needs a wider scheme.");
    }

    /// <summary>How many bits a layer's sums need: 32, or 64 for int16 inputs, whose simulation sums bytes in 32.</summary>
    private static int AccumulatorBits(Node node, WeightQuantization weights, QuantizationParameters from, long[] bias)
    {
        if (from.Bits > 8)
            CheckAccumulator(node, weights.GreatestSum(GreatestByte), [0]);
        var greatest = weights.GreatestSum(from.GreatestDistance);
        if (from.Bits > 8 && greatest + bias.Max(Math.Abs) > int.MaxValue)
            return 64;
        CheckAccumulator(node, greatest, bias);
        return 32;
    }

    private static (int Minimum, int Maximum) Limits(Node node, Activation activation, QuantizationParameters to) => activation switch
    {
        Activation.None => (to.Least, to.Greatest),
        Activation.Relu => (to.ZeroPoint, to.Greatest),
        Activation.Relu6 =>
            (to.ZeroPoint, (int)Math.Min(to.Greatest, to.ZeroPoint + MathF.Round(6 / to.Scale, MidpointRounding.AwayFromZero))),
        _ => throw new UsageException($"Layer '{node.Name}' has a {activation}, which has no integer form."),
    };

    private static Tensor Integers(int[] values) => Tensor.From<int>(values, new Shape(values.Length));
}
