using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization;

/// <summary>
/// What lowering to integers begins with: the float model without fake-quantizers, with batch normalizations folded and activations fused,
/// and what training decided about its layers.
/// </summary>
internal static class LoweringInput
{
    /// <summary>
    /// Prepares a model. A layer that was folded or fused away leaves its output's meaning to the layer before it; a batch normalization
    /// multiplies an output channel's weights, and so its step: the integers stay the same.
    /// </summary>
    public static (Model Model, Encodings Given) Of(Model model)
    {
        var (plain, given) = FakeQuantizers.Remove(model);
        var (folded, foldedWeights) = FoldBatchNorm.Apply(plain, given.Weights);
        var fused = folded with { Graph = FuseActivations.Apply(folded.Graph, FloatLayers.HasIntegerForm) };
        var names = fused.Graph.Nodes.Select(node => node.Name).ToHashSet();
        var outputs = new Dictionary<string, QuantizationParameters>();
        foreach (var (layer, meaning) in given.Outputs)
            outputs[Remaining(plain.Graph, names, layer)] = meaning;
        return (fused, new Encodings(outputs, foldedWeights));
    }

    /// <summary>Throws unless trained layers fit 8-bit integers.</summary>
    /// <param name="model">The model that is lowered.</param>
    /// <param name="given">What was trained.</param>
    /// <param name="scheme">The scheme's name.</param>
    /// <param name="leastBits">The fewest bits of activations that the scheme can clamp to.</param>
    /// <exception cref="UsageException">A layer does not; names it.</exception>
    public static void CheckFits(Model model, Encodings given, string scheme, int leastBits)
    {
        foreach (var (layer, (_, _, bits)) in given.Outputs)
            if (bits > 8 || bits < (model.Graph[layer].Op is InputOp ? 8 : leastBits))
                throw new UsageException($"Layer '{layer}' was trained with outputs of {bits} bits, which {scheme} does not have; "
                    + (bits > 8 ? "train with 8 bits or fewer." : "choose a scheme of so few bits, or train with 8."));
        foreach (var (layer, weights) in given.Weights)
            if (weights.Bits > 8)
                throw new UsageException($"Layer '{layer}' was trained with weights that take {weights.Bits}-bit integers, which {scheme} does "
                    + "not have; train with 8 bits or fewer (DoReFa's weights take one bit more than they are called by).");
    }

    private static string Remaining(Graph graph, HashSet<string> names, string name)
    {
        while (!names.Contains(name))
            name = graph[name].Inputs[0].Name;
        return name;
    }
}
