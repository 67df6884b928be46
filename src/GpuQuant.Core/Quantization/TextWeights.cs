using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization;

/// <summary>The weights of layers for texts: most deployments store them in fewer bits only, and the layers compute in float.</summary>
internal static class TextWeights
{
    private const string Table = "/table", Recurrent = "/recurrent", Kernel = "/kernel";

    /// <summary>The names of a graph's embedding tables, and of its recurrent layers' kernels and recurrent weights.</summary>
    public static IEnumerable<string> Of(Graph graph, Func<Node, bool>? filter = null) =>
        graph.Nodes.Where(node => filter?.Invoke(node) != false).SelectMany(Of);

    /// <summary>The same of one layer; none for layers of other kinds.</summary>
    public static IEnumerable<string> Of(Node node) => node.Op switch
    {
        EmbeddingOp => [node.Name + Table],
        RecurrentOp => [node.Name + Kernel, node.Name + Recurrent],
        _ => [],
    };

    /// <summary>The names of all parameters of a graph's layers for texts, biases too.</summary>
    public static IEnumerable<string> WithBiases(Graph graph) =>
        graph.Nodes.Where(node => Of(node).Any()).SelectMany(node => node.Parameters.Select(node.FullName));

    /// <summary>Whether a parameter of that name is the weights of any layer.</summary>
    public static bool IsWeights(string name) => IsTable(name) || name.EndsWith(Recurrent, StringComparison.Ordinal)
        || name.EndsWith(Kernel, StringComparison.Ordinal);

    /// <summary>Whether it is an embedding's table, whose output channels are its columns.</summary>
    public static bool IsTable(string name) => name.EndsWith(Table, StringComparison.Ordinal);

    /// <summary>Throws if a net has layers for texts, for schemes that have no form of them.</summary>
    /// <exception cref="UsageException">It has; names the first.</exception>
    public static void Refuse(Graph graph, string scheme)
    {
        if (graph.Nodes.FirstOrDefault(node => Of(node).Any()) is { } layer)
            throw new UsageException($"Layer '{layer.Name}' ({layer.Op.Kind}) has no form in {scheme}; "
                + "nets for texts have one in tflite8, tflite16, coreml8, coreml16, float16, bfloat16 and int4.");
    }
}
