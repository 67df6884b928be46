using GpuQuant.Formulas;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization;

public static partial class FakeQuantizers
{
    /// <summary>
    /// The float model inside a model with fake-quantizers, and what they learned: for every layer with one behind it, what its integers
    /// mean, and for every layer with quantized weights their grid. The weights of the float model are those that the fake-quantized net
    /// computes with, whole numbers of steps; convolutions that folded batch normalization in training are plain ones. A model without fake-quantizers is given back as it is.
    /// </summary>
    /// <returns>
    /// Encodings by the names of the float model's layers. What was never trained is not among them: deployment calibrates it. A quantizer
    /// behind a max-pooling, a flattening or dropout tells about the layer before.
    /// </returns>
    public static (Model Float, Encodings Encodings) Remove(Model model)
    {
        model = FoldedConvolutions.Remove(model);
        var outputs = new Dictionary<string, QuantizationParameters>();
        var (weights, kernels) = (new Dictionary<string, WeightEncoding>(), new Dictionary<string, Tensor>());
        var graph = GraphRewriter.Rewrite(model.Graph, (node, inputs, builder) =>
        {
            if (node.Op is FakeQuantizeOp quantizer)
            {
                if (Meaning(model.Parameters, node, quantizer) is { } meaning)
                    outputs.TryAdd(Origin(node).Name, meaning with { Bits = quantizer.Bits });
                return inputs[0];
            }
            if (WeightsOf(node.Op) is not { } choice)
                return null;
            var name = $"{node.Name}/kernel";
            (kernels[name], weights[node.Name]) = OnGrid(
                model.Parameters[name], choice, model.Parameters.GetValueOrDefault($"{node.Name}/kernel_step"));
            return builder.Add(WithoutQuantizer(node.Op), inputs, node.Name);
        });
        if (graph.Nodes.Count == model.Graph.Nodes.Count && weights.Count == 0)
            return (model, Encodings.None);
        var parameters = new ParameterSet(graph.Parameters.Select(p => KeyValuePair.Create(
            p.Name, kernels.TryGetValue(p.Name, out var kernel) ? kernel : model.Parameters[p.Name])));
        return (new Model(graph, parameters), new Encodings(outputs, weights));
    }

    private static WeightQuantizer? WeightsOf(Op op) => op switch
    {
        Conv2DOp convolution => convolution.Weights,
        DenseOp dense => dense.Weights,
        _ => null,
    };

    private static Op WithoutQuantizer(Op op) => op switch
    {
        Conv2DOp convolution => convolution with { Weights = null },
        DenseOp dense => dense with { Weights = null },
        _ => op,
    };

    /// <summary>The layer whose integers a fake-quantizer tells about: the layers between only choose among them.</summary>
    private static Node Origin(Node quantizer)
    {
        var node = quantizer.Inputs[0];
        while (node.Op is FlattenOp or DropoutOp or FakeQuantizeOp or Pool2DOp { Pooling: Backends.PoolKind.Max })
            node = node.Inputs[0];
        return node;
    }

    /// <summary>What the integers of a fake-quantizer mean, as signed ones; null if it saw no batch.</summary>
    private static QuantizationParameters? Meaning(ParameterSet parameters, Node node, FakeQuantizeOp op)
    {
        var toSigned = op.Grid == QuantizerGrid.Unsigned ? 1 << (op.Bits - 1) : 0;
        switch (op.Method)
        {
            case QuantizerMethod.Range when parameters[$"{node.Name}/range"].Span<float>() is var range:
                if (range[0] == 0 && range[1] == 0)
                    return null;
                return op.Grid == QuantizerGrid.Asymmetric
                    ? new(RangeFormula.Scale(range[0], range[1], op.Maximum - op.Minimum),
                        RangeFormula.ZeroPoint(range[0], range[1], op.Minimum, op.Maximum))
                    : new(RangeFormula.SymmetricScale(range[0], range[1], op.Minimum, op.Maximum), -toSigned);
            case QuantizerMethod.Dorefa:
                return new(LearnedStepFormula.Scale(1, op.Maximum, true), -toSigned);
            default:
                var isEnd = op.Method == QuantizerMethod.Pact;
                var step = parameters[$"{node.Name}/{(isEnd ? "clip" : "step")}"].Span<float>()[0];
                if (LearnedStepFormula.IsUnset(step))
                    return null;
                var scale = LearnedStepFormula.Scale(step, op.Maximum, isEnd);
                return op.Method == QuantizerMethod.LsqPlus
                    ? new(scale, LearnedStepFormula.ZeroPoint(
                        parameters[$"{node.Name}/offset"].Span<float>()[0], scale, op.Minimum, op.Maximum))
                    : new(scale, -toSigned);
        }
    }

    /// <summary>The weights as the fake-quantized net computes with them, by the very formulas of the kernels, and their grid.</summary>
    private static (Tensor Kernel, WeightEncoding Grid) OnGrid(Tensor kernel, WeightQuantizer quantizer, Tensor? steps)
    {
        var rounded = kernel.Clone();
        if (quantizer.Method == QuantizerMethod.Dorefa)
            return (rounded, Dorefa(rounded.Span<float>(), quantizer.Bits));
        var scales = new float[quantizer.PerChannel ? kernel.Shape[0] : 1];
        var length = (int)(kernel.Shape.Count / scales.Length);
        for (var c = 0; c < scales.Length; c++)
        {
            var row = rounded.Span<float>().Slice(c * length, length);
            scales[c] = steps is null
                ? RangeFormula.Symmetric(GreatestMagnitude(row), quantizer.Greatest)
                : LearnedStepFormula.Scale(steps.Span<float>()[c], quantizer.Greatest, false);
            foreach (ref var value in row)
                value = QuantizeFormula.FakeQuantize(value, scales[c], 0, -quantizer.Greatest, quantizer.Greatest);
        }
        return (rounded, new WeightEncoding(quantizer.Bits, scales));
    }

    /// <summary>DoReFa's 2^bits values are the odd multiples of a step up to 2^bits - 1: integers of one bit more.</summary>
    private static WeightEncoding Dorefa(Span<float> values, int bits)
    {
        var intervals = (1 << bits) - 1;
        foreach (ref var value in values)
            value = Scalar.Tanh(value);
        var greatest = RangeFormula.Symmetric(GreatestMagnitude(values), 1);
        foreach (ref var value in values)
            value = LearnedStepFormula.Dorefa(value, greatest, intervals);
        return new WeightEncoding(bits + 1, [1f / intervals]);
    }

    private static float GreatestMagnitude(ReadOnlySpan<float> values)
    {
        var greatest = 0f;
        foreach (var value in values)
            greatest = Math.Max(greatest, Math.Abs(value));
        return greatest;
    }
}
