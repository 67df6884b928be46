namespace GpuQuant.Graphs;

/// <summary>Rebuilds a graph layer by layer, replacing some: how passes are written.</summary>
public static class GraphRewriter
{
    /// <summary>What becomes of a layer, given its inputs in the new graph; null keeps its op.</summary>
    public delegate Node? Rule(Node node, IReadOnlyList<Node> inputs, GraphBuilder builder);

    /// <summary>The rewritten graph.</summary>
    public static Graph Rewrite(Graph graph, Rule rule)
    {
        var builder = new GraphBuilder();
        var replaced = new Dictionary<Node, Node>();
        foreach (var node in graph.Nodes)
        {
            var inputs = node.Inputs.Select(input => replaced[input]).ToArray();
            replaced[node] = rule(node, inputs, builder) ?? builder.Add(node.Op, inputs, node.Name);
        }
        return builder.Build(replaced[graph.Output]);
    }
}
