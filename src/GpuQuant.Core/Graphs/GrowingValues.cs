namespace GpuQuant.Graphs;

/// <summary>
/// Concatenations that begin with another one, of which else only batch normalizations take a part: layer by layer, DenseNet appends a few
/// channels to all there are. Such a value needs no copy: it is the first columns of the last one's rows. Batch normalization takes rows
/// that are longer than its channels.
/// </summary>
internal static class GrowingValues
{
    /// <summary>For each concatenation that is the beginning of a longer one: the longest.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="output">The layer whose output must lie by itself.</param>
    public static Dictionary<Node, Node> Wholes(Graph graph, Node output)
    {
        var wholes = new Dictionary<Node, Node>();
        foreach (var node in graph.Nodes.Where(node => node.Op is ConcatOp).Reverse())
            if (node != output && Next(graph, node) is { } next)
                wholes[node] = wholes.GetValueOrDefault(next, next);
        return wholes;
    }

    /// <summary>The concatenation that begins with a value and is the last to take it, all others being batch normalizations.</summary>
    private static Node? Next(Graph graph, Node node)
    {
        var users = graph.Nodes.Where(user => user.Inputs.Contains(node)).ToArray();
        return users is [.. var norms, { Op: ConcatOp } last] && norms.All(user => user.Op is BatchNormOp)
            && last.Inputs[0] == node && last.Inputs.Count(input => input == node) == 1 ? last : null;
    }
}
