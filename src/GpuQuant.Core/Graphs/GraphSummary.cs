using System.Globalization;
using System.Text;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>A layer's line in a summary.</summary>
/// <param name="Name">The layer.</param>
/// <param name="Kind">Its op.</param>
/// <param name="Output">Its output's type.</param>
/// <param name="Parameters">Its parameters, elements.</param>
/// <param name="Macs">Multiply-accumulate operations per sample.</param>
/// <param name="Bytes">Bytes of its parameters and of one sample's output.</param>
public sealed record LayerSummary(string Name, string Kind, TensorType Output, long Parameters, long Macs, long Bytes);

/// <summary>What a net consists of and what one sample costs.</summary>
public static class GraphSummary
{
    /// <summary>One line per layer.</summary>
    public static IReadOnlyList<LayerSummary> Of(Graph graph)
    {
        var plan = new Plan(graph, 1, false, Arithmetic.Native, Placeholder, Placeholder);
        plan.Forward(graph.Output);
        var macs = plan.Calls.Where(entry => entry.Node is not null).ToLookup(entry => entry.Node!, entry => entry.Call.Macs);
        return
        [
            .. graph.Nodes.Select(node => new LayerSummary(node.Name, node.Op.Kind, node.Output, node.Parameters.Sum(p => p.Shape.Count),
                macs[node].Sum(), node.Parameters.Sum(p => p.Shape.Count * p.Type.Size())
                    + node.Output.Shape.Count * node.Output.Type.Size())),
        ];

        Backends.TensorView Placeholder(string name)
        {
            var spec = graph.Parameters.Single(p => p.Name == name).Spec;
            return new(new Backends.Storage(name, spec.Shape.Count * spec.Type.Size()), spec.Type, spec.Shape);
        }
    }

    /// <summary>The summary as text: columns layer, op, output shape, parameters, MACs, bytes, and a line of totals.</summary>
    public static string Print(Graph graph)
    {
        var lines = Of(graph);
        var text = new StringBuilder();
        Line("layer", "op", "output", "parameters", "MACs", "bytes");
        foreach (var line in lines)
            Line(line.Name, line.Kind, line.Output.Shape.ToString(), Number(line.Parameters), Number(line.Macs), Number(line.Bytes));
        Line("total", "", "", Number(lines.Sum(l => l.Parameters)), Number(lines.Sum(l => l.Macs)), Number(lines.Sum(l => l.Bytes)));
        return text.ToString();

        void Line(string name, string kind, string shape, string parameters, string macs, string bytes) =>
            text.Append(CultureInfo.InvariantCulture, $"{name,-16}{kind,-14}{shape,-14}{parameters,12}{macs,14}{bytes,12}").Append('\n');

        static string Number(long value) => value.ToString("N0", CultureInfo.InvariantCulture);
    }
}
