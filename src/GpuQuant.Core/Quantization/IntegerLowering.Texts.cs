using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization;

/// <summary>
/// The layers of nets for texts. An embedding's table is quantized as the activation that it gives. Of recurrent layers each gate has a step
/// for its kernel and one for its recurrent weights, as TFLite's LSTM; the bias is in steps of the inputs' sums, and gates have 16 bits with
/// 3 integer bits, whatever their range.
/// </summary>
internal sealed partial class IntegerLowering
{
    // Beyond 64 a cell saturates: TFLite's tanh has no more integer bits.
    private const int MostCellBits = 6;

    private const double GateSteps = 4096, ProductSteps = 1 << 15;

    /// <summary>Whether the scheme is one of 8 bits: recurrent layers have no other integer form.</summary>
    private bool IsBytes => _scheme is { WeightBits: 8, ActivationBits: 8 };

    /// <summary>An embedding; the range is that of all its words, also of those that calibration did not see.</summary>
    private Node Embed(Node node, IReadOnlyList<Node> inputs, GraphBuilder builder, EmbeddingOp op)
    {
        var table = model.Parameters[$"{node.Name}/table"];
        var (low, high) = (float.PositiveInfinity, float.NegativeInfinity);
        foreach (var value in table.Span<float>())
            (low, high) = float.IsFinite(value) ? (Math.Min(low, value), Math.Max(high, value)) : throw new ComputationException(
                $"The table of layer '{node.Name}' holds infinite or undefined values; such a model cannot be quantized.");
        var meaning = GivenMeaning(node) ?? QuantizationParameters.Asymmetric(low, high);
        var integers = new Tensor(DType.Int8, table.Shape);
        for (var i = 0; i < table.Shape.Count; i++)
            integers.Span<sbyte>()[i] = (sbyte)Math.Clamp(
                MathF.Round(table.Span<float>()[i] / meaning.Scale, MidpointRounding.AwayFromZero) + meaning.ZeroPoint, meaning.Least, meaning.Greatest);
        Store(node, "table", integers);
        var embedding = builder.Add(new IntEmbeddingOp(op.Words, op.Width, meaning.Scale, meaning.ZeroPoint), inputs, node.Name);
        _meaning[embedding] = meaning;
        return embedding;
    }

    private Node Recur(Node node, IReadOnlyList<Node> inputs, GraphBuilder builder, RecurrentOp op)
    {
        var (from, to, gates) = (_meaning[inputs[0]], MeaningOf(node), op.GateCount);
        var kernel = ByGate(node, "kernel", "bias", gates, from);
        var recurrent = ByGate(node, "recurrent", "recurrent_bias", gates, to);
        var factors = kernel.Scales.Select(scale => FixedPointMultiplier.Of(from.Scale * scale * GateSteps))
            .Concat(recurrent.Scales.Select(scale => FixedPointMultiplier.Of(to.Scale * scale * GateSteps))).ToArray();
        CheckFactors(node, kernel, from, factors[..gates]);
        CheckFactors(node, recurrent, to, factors[gates..]);
        Store(node, "kernel", kernel.Kernel);
        Store(node, "recurrent", recurrent.Kernel);
        Store(node, "weight_scales", Tensor.From<float>([.. kernel.Scales, .. recurrent.Scales], new Shape(2 * gates)));
        Store(node, "multipliers", Integers([.. factors.Select(f => f.Multiplier)]));
        Store(node, "shifts", Integers([.. factors.Select(f => f.Shift)]));
        var parts = kernel.Parts(from.GreatestDistance);
        if (parts.Count > 1)
            foreach (var (name, part) in IntegerOutput.PartNames(parts.Count).Zip(parts))
                Store(node, name, part);
        var lowered = builder.Add(op is LstmOp
            ? new IntLstmOp(op.Units, from.Scale, from.ZeroPoint, to.Scale, State(to, ProductSteps * ProductSteps, CellBits(node)), parts.Count)
            : new IntGruOp(op.Units, from.Scale, from.ZeroPoint, to.Scale, State(to, ProductSteps, 0), parts.Count), inputs, node.Name);
        _meaning[lowered] = to;
        return lowered;
    }

    /// <summary>Weights with a step per gate, and the bias that belongs to them, if there is one, in steps of their sums.</summary>
    private WeightQuantization ByGate(Node node, string weightsName, string biasName, int gates, QuantizationParameters from)
    {
        var weights = model.Parameters[$"{node.Name}/{weightsName}"];
        var bias = model.Parameters.TryGetValue($"{node.Name}/{biasName}", out var given) ? given : new Tensor(DType.Float32, new Shape(gates));
        var least = LeastScales(bias, from.Scale).Chunk((int)bias.Shape.Count / gates).Select(gate => gate.Max()).ToArray();
        var byGate = WeightQuantization.Symmetric(
            Tensor.From<float>(weights.Span<float>(), new Shape(gates, (int)weights.Shape.Count / gates)), perChannel: true, least);
        var quantized = byGate with { Kernel = Tensor.From<sbyte>(byGate.Kernel.Span<sbyte>(), weights.Shape) };
        var integers = QuantizeBias(bias, from.Scale, [.. byGate.Scales.SelectMany(scale => Enumerable.Repeat(scale, (int)bias.Shape.Count / gates))]);
        CheckAccumulator(node, quantized.GreatestSum(from.GreatestDistance), integers);
        if (given is not null)
            Store(node, biasName, Integers(Array.ConvertAll(integers, b => (int)b)));
        return quantized;
    }

    /// <summary>Throws if a sum leaves 32 bits where its factor is above 1.</summary>
    private static void CheckFactors(Node node, WeightQuantization weights, QuantizationParameters from, FixedPointMultiplier[] factors)
    {
        var bits = Math.Max(0, factors.Max(factor => factor.Shift));
        if (bits > 0 && weights.GreatestSum(from.GreatestDistance) > int.MaxValue >> Math.Min(bits, 31))
            throw new UsageException($"Layer '{node.Name}' has weights so large that one step of its sums is more than a step of its gates, "
                + $"1/{GateSteps}; look for a layer that has diverged.");
    }

    private static IntStateFactors State(QuantizationParameters to, double steps, int cellBits)
    {
        var factor = FixedPointMultiplier.Of((float)(1 / steps / to.Scale));
        return new(factor.Multiplier, factor.Shift, to.ZeroPoint, cellBits);
    }

    /// <summary>The integer bits that hold an LSTM's cells: a power of two above their greatest magnitude.</summary>
    private int CellBits(Node node)
    {
        var (low, high) = ranges[ActivationRanges.CellsOf(node)];
        var greatest = Math.Max(Math.Abs((double)low), Math.Abs((double)high));
        return greatest <= 1 ? 0 : Math.Min(MostCellBits, Math.ILogB(greatest) + (Math.ScaleB(1, Math.ILogB(greatest)) < greatest ? 1 : 0));
    }

    private Node Sigmoid(Node node, IReadOnlyList<Node> inputs, GraphBuilder builder)
    {
        var (scale, zeroPoint, _) = _meaning[inputs[0]];
        var table = Enumerable.Range(sbyte.MinValue, IntSigmoidOp.TableLength)
            .Select(q => 1 / (1 + PortableMath.Exp(-(double)scale * (q - zeroPoint))))
            .Select(p => (byte)Math.Min(byte.MaxValue, Math.Round(256 * p, MidpointRounding.AwayFromZero)));
        Store(node, "table", Tensor.From<byte>([.. table], new Shape(IntSigmoidOp.TableLength)));
        return builder.Add(new IntSigmoidOp(), inputs, node.Name);
    }
}
