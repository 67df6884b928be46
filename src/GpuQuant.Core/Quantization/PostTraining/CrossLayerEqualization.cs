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
/// take turns until no factor differs from 1 by more than a thousandth.
/// <para>Fold batch normalizations first: folded, they are part of the layer before them. One that cannot be folded, as those before the
/// convolutions of a pre-activation net, is the first of a pair itself: gamma and beta are divided by s. It has no weights that are
/// rounded, so r1 is what its outputs are expected to reach, beta + 3 |gamma| (the estimate with which Nagel et al. absorb biases): the
/// activations in between and the weights that take them share a channel's unevenness.</para>
/// </remarks>
/// <example>Weights 8 then 2: s = 2, and both become 4; the bias 6 becomes 3.</example>
public static class CrossLayerEqualization
{
    private const double Converged = 1e-3;
    private const int MostRounds = 1000;
    private const double Deviations = 3;

    /// <summary>The model with equalized weights; a net without such pairs is returned unchanged.</summary>
    public static Model Apply(Model model)
    {
        var pairs = ScalePair.Of(model.Graph).Where(pair => pair.IsRectified).ToArray();
        var values = ScalePair.Parameters(model, pairs);
        var farthest = double.PositiveInfinity;
        for (var round = 0; round < MostRounds && farthest > Converged; round++)
            farthest = pairs.Select(pair => Equalize(pair, values)).DefaultIfEmpty(0).Max();
        return model.WithDoubles(values);
    }

    /// <summary>One turn of one pair; the greatest distance of a factor from 1.</summary>
    private static double Equalize(ScalePair pair, Dictionary<string, double[]> values)
    {
        var farthest = 0.0;
        for (var c = 0; c < pair.Channels; c++)
        {
            var (made, used) = (Made(pair, c, values), pair.GreatestUse(c, values));
            if (made == 0 || used == 0)
                continue;
            var factor = Math.Sqrt(made / used);
            pair.Move(c, factor, values);
            farthest = Math.Max(farthest, Math.Abs(factor - 1));
        }
        return farthest;
    }

    /// <summary>A channel's range where it is made: its greatest weight, or what a batch normalization is expected to reach.</summary>
    private static double Made(ScalePair pair, int channel, Dictionary<string, double[]> values)
    {
        var (first, second) = (values[pair.Makers[0]], values[pair.Makers[1]]);
        if (pair.First.Op is BatchNormOp)
            return Math.Max(0, second[channel] + Deviations * Math.Abs(first[channel]));
        var (greatest, length) = (0.0, first.Length / pair.Channels);
        foreach (var weight in first.AsSpan(channel * length, length))
            greatest = Math.Max(greatest, Math.Abs(weight));
        return greatest;
    }
}
