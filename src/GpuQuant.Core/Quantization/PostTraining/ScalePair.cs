using GpuQuant.Backends;
using GpuQuant.Graphs;

namespace GpuQuant.Quantization.PostTraining;

/// <summary>
/// A layer that gives channels their scale and the only layer that takes them: between the two lie only a relu and what commutes with a
/// channel's positive factor (pooling, dropout, flattening), so a factor can move from one to the other.
/// </summary>
/// <param name="First">A convolution, a dense layer or a batch normalization.</param>
/// <param name="Second">A convolution or a dense layer.</param>
/// <param name="Input">What the second layer takes.</param>
/// <param name="IsRectified">Whether there is a relu.</param>
internal sealed record ScalePair(Node First, Node Second, Node Input, bool IsRectified)
{
    /// <summary>Channels are last in images, also in flattened ones: a channel's values stand at every so many places.</summary>
    public int Channels => First.Output.Shape[^1];

    /// <summary>The parameters that a channel's factor multiplies on the first layer, output channels first.</summary>
    public IReadOnlyList<string> Makers => First.Op is BatchNormOp
        ? [$"{First.Name}/gamma", $"{First.Name}/beta"]
        : First.Op is Conv2DOp { HasBias: false }
        ? [WeightLayers.Kernel(First)]
        : [WeightLayers.Kernel(First), WeightLayers.Bias(First)];

    /// <summary>All pairs of a graph, in its order.</summary>
    public static IEnumerable<ScalePair> Of(Graph graph)
    {
        foreach (var first in graph.Nodes.Where(node => node.Op is Conv2DOp or DenseOp or BatchNormOp))
        {
            var activation = ((IFusesActivation)first.Op).Activation;
            if (activation is not (Activation.None or Activation.Relu))
                continue;
            var (isRectified, input, next) = (activation == Activation.Relu, first, WeightLayers.OnlyUser(graph, first));
            while (next?.Op is ActivationOp { Activation: Activation.Relu } or Pool2DOp or DropoutOp or FlattenOp)
            {
                isRectified |= next.Op is ActivationOp;
                (input, next) = (next, WeightLayers.OnlyUser(graph, next));
            }
            if (next?.Op is Conv2DOp or DenseOp)
                yield return new(first, next, input, isRectified);
        }
    }

    /// <summary>Divides the first layer's channel by a factor and multiplies the second layer's weights for it.</summary>
    public void Move(int channel, double factor, IReadOnlyDictionary<string, double[]> values)
    {
        foreach (var maker in Makers)
        {
            var length = values[maker].Length / Channels;
            foreach (ref var value in values[maker].AsSpan(channel * length, length))
                value /= factor;
        }
        var weights = values[WeightLayers.Kernel(Second)];
        for (var i = channel; i < weights.Length; i += Channels)
            weights[i] *= factor;
    }

    /// <summary>The greatest weight with which the second layer takes a channel.</summary>
    public double GreatestUse(int channel, IReadOnlyDictionary<string, double[]> values)
    {
        var (greatest, weights) = (0.0, values[WeightLayers.Kernel(Second)]);
        for (var i = channel; i < weights.Length; i += Channels)
            greatest = Math.Max(greatest, Math.Abs(weights[i]));
        return greatest;
    }

    /// <summary>The parameters of pairs, to be changed.</summary>
    public static Dictionary<string, double[]> Parameters(Model model, IEnumerable<ScalePair> pairs) =>
        pairs.SelectMany(pair => pair.Makers.Append(WeightLayers.Kernel(pair.Second))).Distinct()
            .ToDictionary(name => name, name => Array.ConvertAll(model.Parameters[name].Span<float>().ToArray(), value => (double)value));
}
