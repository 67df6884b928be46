namespace GpuQuant.Graphs;

/// <summary>A named layer of a graph: an op, the nodes whose outputs it takes, and what follows from them.</summary>
public sealed class Node
{
    internal Node(string name, Op op, IReadOnlyList<Node> inputs)
    {
        (Name, Op, Inputs) = (name, op, inputs);
        var types = inputs.Select(input => input.Output).ToArray();
        Output = op.Infer(types);
        Parameters = op.Parameters(types);
    }

    /// <summary>The name, unique in the graph: <c>conv1</c>.</summary>
    public string Name { get; }

    /// <summary>What the layer computes.</summary>
    public Op Op { get; }

    /// <summary>Where its inputs come from.</summary>
    public IReadOnlyList<Node> Inputs { get; }

    /// <summary>The type of its output.</summary>
    public TensorType Output { get; }

    /// <summary>Its parameters.</summary>
    public IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <summary>A parameter's name in the model: <c>conv1/kernel</c>.</summary>
    public string FullName(ParameterSpec parameter) => $"{Name}/{parameter.Name}";

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Op.Kind} {Output}";
}
