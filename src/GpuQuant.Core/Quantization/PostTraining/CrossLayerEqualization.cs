using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization.PostTraining;

/// <summary>
/// The pass that makes the weights of neighbouring layers span equal ranges, channel by channel, without changing what the net computes
/// (Nagel et al. 2019, "Data-free quantization through weight equalization and bias correction"). Between two layers lie only a relu and
/// what commutes with a channel's positive factor: pooling, dropout, flattening. Quantizers with one step per tensor gain by it.
/// </summary>
/// <remarks>
/// Channel c with greatest weights r1 where it is made and r2 where it is used: the first layer's weights and bias are divided by
/// s = sqrt(r1 / r2), the second's weights multiplied by it, so both reach sqrt(r1 r2). A layer in two pairs changes twice, so the pairs
/// take turns until no factor differs from 1 by more than a thousandth. Fold batch normalizations first: one in between ends a pair.
/// </remarks>
/// <example>Weights 8 then 2: s = 2, and both become 4; the bias 6 becomes 3.</example>
public static class CrossLayerEqualization
{
    private const double Converged = 1e-3;
    private const int MostRounds = 1000;

    /// <summary>The model with equalized weights; a net without such pairs is returned unchanged.</summary>
    public static Model Apply(Model model)
    {
        var pairs = Pairs(model.Graph).ToArray();
        var names = pairs.SelectMany(pair => new[]
        {
            WeightLayers.Kernel(pair.First), WeightLayers.Bias(pair.First), WeightLayers.Kernel(pair.Second),
        }).Distinct();
        var values = names.ToDictionary(name => name, name => Doubles(model.Parameters[name]));
        var farthest = double.PositiveInfinity;
        for (var round = 0; round < MostRounds && farthest > Converged; round++)
            farthest = pairs.Select(pair => Equalize(pair, values)).DefaultIfEmpty(0).Max();
        return model with
        {
            Parameters = model.Parameters.With(values.Select(entry => KeyValuePair.Create(entry.Key,
                Tensor.From<float>(Array.ConvertAll(entry.Value, value => (float)value), model.Parameters[entry.Key].Shape)))),
        };
    }

    /// <summary>Layers whose output only one other layer uses, after a relu.</summary>
    internal static IEnumerable<(Node First, Node Second)> Pairs(Graph graph)
    {
        foreach (var first in graph.Nodes.Where(node => node.Op is Conv2DOp or DenseOp))
        {
            var isRectified = ((IFusesActivation)first.Op).Activation == Activation.Relu;
            if (!isRectified && ((IFusesActivation)first.Op).Activation != Activation.None)
                continue;
            var next = WeightLayers.OnlyUser(graph, first);
            while (next?.Op is ActivationOp { Activation: Activation.Relu } or Pool2DOp or DropoutOp or FlattenOp)
            {
                isRectified |= next.Op is ActivationOp;
                next = WeightLayers.OnlyUser(graph, next);
            }
            if (isRectified && next?.Op is Conv2DOp or DenseOp)
                yield return (first, next);
        }
    }

    /// <summary>One turn of one pair; the greatest distance of a factor from 1.</summary>
    private static double Equalize((Node First, Node Second) pair, Dictionary<string, double[]> values)
    {
        var (kernel, bias, next) = (values[WeightLayers.Kernel(pair.First)], values[WeightLayers.Bias(pair.First)],
            values[WeightLayers.Kernel(pair.Second)]);
        var farthest = 0.0;
        var (channels, length) = (bias.Length, kernel.Length / bias.Length);
        for (var c = 0; c < channels; c++)
        {
            var made = kernel.AsSpan(c * length, length);
            var (first, second) = (Greatest(made, 0, 1), Greatest(next, c, channels));
            if (first == 0 || second == 0)
                continue;
            var factor = Math.Sqrt(first / second);
            foreach (ref var value in made)
                value /= factor;
            bias[c] /= factor;
            // Channels are last in images, also in flattened ones: a channel's weights stand at every channels-th place.
            for (var i = c; i < next.Length; i += channels)
                next[i] *= factor;
            farthest = Math.Max(farthest, Math.Abs(factor - 1));
        }
        return farthest;
    }

    private static double Greatest(ReadOnlySpan<double> values, int start, int step)
    {
        var greatest = 0.0;
        for (var i = start; i < values.Length; i += step)
            greatest = Math.Max(greatest, Math.Abs(values[i]));
        return greatest;
    }

    private static double[] Doubles(Tensor tensor)
    {
        var values = new double[tensor.Shape.Count];
        for (var i = 0; i < values.Length; i++)
            values[i] = tensor.Span<float>()[i];
        return values;
    }
}
