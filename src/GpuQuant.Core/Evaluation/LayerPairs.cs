using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Evaluation;

/// <summary>A layer in two graphs.</summary>
/// <param name="Name">Its name in both.</param>
/// <param name="Float">Where the float model has its final value.</param>
/// <param name="Deployed">Where the deployed model has it.</param>
internal sealed record LayerPair(string Name, Node Float, Node Deployed);

/// <summary>Finds the layers that two forms of a net have in common.</summary>
internal static class LayerPairs
{
    /// <summary>
    /// The pairs in the float graph's order. Where one graph has taken up into a layer what follows it in the other (an activation, a
    /// batch normalization, the step to integers), the values after that are compared. Layers that only pass values on are left out.
    /// </summary>
    /// <exception cref="UsageException">There is none, or a layer has another shape in each.</exception>
    public static IReadOnlyList<LayerPair> Of(Graph floating, Graph deployed)
    {
        var (floatNames, deployedNames) = (Names(floating), Names(deployed));
        var pairs = new List<LayerPair>();
        foreach (var node in floating.Nodes.Where(node => node.Op is not (FlattenOp or DropoutOp) && deployedNames.Contains(node.Name)))
        {
            var pair = new LayerPair(
                node.Name, Last(floating, node, deployedNames), Last(deployed, deployed[node.Name], floatNames));
            if (!pair.Float.Output.Shape.Equals(pair.Deployed.Output.Shape))
                throw new UsageException($"Layer '{node.Name}' gives {pair.Float.Output.Shape} in the float model and "
                    + $"{pair.Deployed.Output.Shape} in the deployed one; they are not forms of one net.");
            if (pair.Deployed.Op is not InputOp)
                pairs.Add(pair);
        }
        return pairs.Count > 0 ? pairs : throw new UsageException(
            "The float model and the deployed one have no layer of the same name; they are not forms of one net.");
    }

    private static Node Last(Graph graph, Node node, HashSet<string> others)
    {
        while (graph.Consumers[node] == 1 && graph.Nodes.Single(other => other.Inputs.Contains(node)) is var next
            && next.Op is BatchNormOp or ActivationOp or DropoutOp or QuantizeOp or IntSigmoidOp && !others.Contains(next.Name))
            node = next;
        return node;
    }

    private static HashSet<string> Names(Graph graph) => [.. graph.Nodes.Select(node => node.Name)];
}
