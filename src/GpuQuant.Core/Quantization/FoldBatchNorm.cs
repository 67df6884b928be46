using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization;

/// <summary>
/// The pass that puts batch normalizations with their running statistics into the convolutions and dense layers before them, where
/// nothing else needs the value in between: a kernel's output channel is multiplied by gamma / sqrt(variance + epsilon), and the bias
/// follows. Sums and concatenations may lie between: both summands take the factor and the first the offset; each part takes its channels'.
/// The folded model computes the same function, for evaluation only.
/// </summary>
/// <example>Kernel 3, bias 1, mean 2, variance + epsilon 4, gamma 2, beta 5: the factor is 1, so kernel 3 and bias (1 - 2) + 5 = 4.</example>
public static class FoldBatchNorm
{
    /// <summary>The model with batch normalizations folded; layers keep their names, activations move to the layer that stays.</summary>
    public static Model Apply(Model model) => Apply(model, new Dictionary<string, WeightEncoding>()).Folded;

    /// <summary>
    /// The folded model, and the grids of its weights: a channel's step is multiplied by what its weights are, without the sign, so that
    /// their integers keep their magnitudes. A channel multiplied by 0 keeps its step.
    /// </summary>
    internal static (Model Folded, IReadOnlyDictionary<string, WeightEncoding> Weights) Apply(
        Model model, IReadOnlyDictionary<string, WeightEncoding> weights)
    {
        model = ConvolutionBiases.Add(model);
        var (folded, grids) = (new Dictionary<string, Tensor>(), new Dictionary<string, WeightEncoding>(weights));
        var graph = GraphRewriter.Rewrite(model.Graph, (node, inputs, builder) =>
        {
            if (node.Op is not BatchNormOp norm || !CanTakeUp(model.Graph, node.Inputs[0], inputs[0]))
                return null;
            var (scale, offset) = Affine(model.Parameters, node, norm);
            TakeUp(inputs[0], scale, offset);
            return inputs[0].Op is IFusesActivation layer ? builder.Replace(inputs[0], layer.WithActivation(norm.Activation))
                : norm.Activation == Activation.None ? inputs[0]
                : builder.Add(new ActivationOp(norm.Activation), [inputs[0]], node.Name);
        });
        return (new Model(graph, new ParameterSet(graph.Parameters.Select(p => KeyValuePair.Create(p.Name, Current(p.Name))))), grids);

        void TakeUp(Node layer, double[] scale, double[] offset)
        {
            if (layer.Op is AddOp)
            {
                TakeUp(layer.Inputs[0], scale, offset);
                TakeUp(layer.Inputs[1], scale, new double[scale.Length]);
                return;
            }
            if (layer.Op is ConcatOp)
            {
                var first = 0;
                foreach (var part in layer.Inputs)
                {
                    var channels = first..(first += part.Output.Shape[^1]);
                    TakeUp(part, scale[channels], offset[channels]);
                }
                return;
            }
            var (kernel, bias) = ($"{layer.Name}/kernel", $"{layer.Name}/bias");
            folded[kernel] = Rescale(Current(kernel), scale, new double[scale.Length]);
            folded[bias] = Rescale(Current(bias), scale, offset);
            if (grids.TryGetValue(layer.Name, out var grid))
                grids[layer.Name] = Rescale(grid, scale);
        }

        Tensor Current(string name) => folded.TryGetValue(name, out var tensor) ? tensor : model.Parameters[name];
    }

    /// <summary>Whether a layer, or all whose values it adds or puts side by side, can take factors up: nothing else needs their values.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="node">The layer.</param>
    /// <param name="rewritten">What became of it.</param>
    private static bool CanTakeUp(Graph graph, Node node, Node rewritten)
    {
        if (graph.Consumers[node] != 1)
            return false;
        if (node.Op is BatchNormOp && rewritten.Op is not BatchNormOp) // folded itself
            return CanTakeUp(graph, node.Inputs[0], rewritten);
        return rewritten.Op is Conv2DOp { Activation: Activation.None } or DenseOp { Activation: Activation.None }
            || (rewritten.Op is AddOp or ConcatOp && node.Inputs.Distinct().Count() == node.Inputs.Count
                && node.Inputs.Zip(rewritten.Inputs).All(part => CanTakeUp(graph, part.First, part.Second)));
    }

    /// <summary>A batch normalization by its running statistics as y = scale x + offset, per channel.</summary>
    internal static (double[] Scale, double[] Offset) Affine(ParameterSet parameters, Node node, BatchNormOp norm)
    {
        var scale = new double[node.Output.Shape[^1]];
        var offset = new double[scale.Length];
        for (var c = 0; c < scale.Length; c++)
        {
            scale[c] = Value("gamma", c) / Math.Sqrt((double)Value("variance", c) + norm.Epsilon);
            offset[c] = Value("beta", c) - Value("mean", c) * scale[c];
        }
        return (scale, offset);

        float Value(string name, int channel) => parameters[$"{node.Name}/{name}"].Span<float>()[channel];
    }

    private static WeightEncoding Rescale(WeightEncoding grid, double[] factors) => grid.Scales.Count == 0 ? grid : grid with
    {
        Scales = [.. factors.Select((factor, c) =>
        {
            var step = grid.Scales[grid.Scales.Count == 1 ? 0 : c];
            var rescaled = (float)(step * Math.Abs(factor));
            return float.IsNormal(rescaled) ? rescaled : step;
        })],
    };

    private static Tensor Rescale(Tensor values, double[] scale, double[] offset)
    {
        var rescaled = values.Clone();
        var span = rescaled.Span<float>();
        var length = span.Length / scale.Length;
        for (var i = 0; i < span.Length; i++)
            span[i] = (float)(span[i] * scale[i / length] + offset[i / length]);
        return rescaled;
    }
}
