using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>A net: named layers in an order in which each comes after its inputs. Immutable; passes build new graphs.</summary>
public sealed class Graph
{
    internal Graph(IReadOnlyList<Node> nodes, Node output)
    {
        (Nodes, Output) = (nodes, output);
        Input = nodes.Single(node => node.Op is InputOp);
        Consumers = nodes.ToDictionary(node => node, node => nodes.Count(other => other.Inputs.Contains(node)));
    }

    /// <summary>All layers, inputs before their users.</summary>
    public IReadOnlyList<Node> Nodes { get; }

    /// <summary>The layer that holds the samples.</summary>
    public Node Input { get; }

    /// <summary>The layer whose output is the net's.</summary>
    public Node Output { get; }

    /// <summary>How many layers take each layer's output.</summary>
    public IReadOnlyDictionary<Node, int> Consumers { get; }

    /// <summary>All parameters with their full names, in the order of the layers.</summary>
    public IEnumerable<(string Name, ParameterSpec Spec)> Parameters =>
        Nodes.SelectMany(node => node.Parameters.Select(spec => (node.FullName(spec), spec)));

    /// <summary>The layer of that name.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public Node this[string name] => Nodes.FirstOrDefault(node => node.Name == name)
        ?? throw new UsageException($"The graph has no layer '{name}'. It has: {string.Join(", ", Nodes.Select(node => node.Name))}.");
}
