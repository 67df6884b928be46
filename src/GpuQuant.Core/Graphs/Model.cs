namespace GpuQuant.Graphs;

/// <summary>A graph with the values of its parameters.</summary>
/// <param name="Graph">The layers.</param>
/// <param name="Parameters">The values, by full name.</param>
public sealed record Model(Graph Graph, ParameterSet Parameters)
{
    /// <summary>A graph with freshly drawn parameters.</summary>
    public static Model Initialize(Graph graph, ulong seed) => new(graph, ParameterSet.Initialize(graph, seed));
}
