using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization.Parts;

namespace GpuQuant.Quantization.PostTraining;

/// <summary>The layers whose weights the passes of this folder change.</summary>
internal static class WeightLayers
{
    /// <summary>A graph's float convolutions and dense layers, in order.</summary>
    /// <exception cref="UsageException">There is none that the filter lets through.</exception>
    public static IReadOnlyList<Node> Of(Graph graph, Func<Node, bool>? filter = null)
    {
        var layers = graph.Nodes.Where(node => node.Op is Conv2DOp or DenseOp && filter?.Invoke(node) != false).ToArray();
        return layers.Length > 0 ? layers : throw new UsageException(
            "The net has no float convolution or dense layer to change; give a float model, and a filter that some of its layers pass.");
    }

    /// <summary>Throws unless the quantizer is one for weights, which have no tokens and no batches.</summary>
    public static void Check(QuantizerSpec spec)
    {
        if (spec.Granularity.Kind == GranularityKind.Token || spec.Range.Kind == RangeKind.MovingAverage)
            throw new UsageException(
                $"'{spec}' is a quantizer for activations; weights take the granularity tensor, channel or group:SIZE, no average range.");
    }

    /// <summary>The name of a layer's weights.</summary>
    public static string Kernel(Node layer) => $"{layer.Name}/kernel";

    /// <summary>The name of a layer's bias.</summary>
    public static string Bias(Node layer) => $"{layer.Name}/bias";

    /// <summary>The only layer that takes a layer's output; null if there are several or none.</summary>
    public static Node? OnlyUser(Graph graph, Node node) =>
        graph.Consumers[node] == 1 ? graph.Nodes.Single(other => other.Inputs.Contains(node)) : null;

    /// <summary>A model with one parameter replaced.</summary>
    public static Model With(this Model model, string parameter, Tensor value) =>
        model with { Parameters = model.Parameters.With([KeyValuePair.Create(parameter, value)]) };

    /// <summary>A model with some parameters replaced by values rounded to float32.</summary>
    public static Model WithDoubles(this Model model, IReadOnlyDictionary<string, double[]> values) => model with
    {
        Parameters = model.Parameters.With(values.Select(entry => KeyValuePair.Create(entry.Key,
            Tensor.From<float>(Array.ConvertAll(entry.Value, value => (float)value), model.Parameters[entry.Key].Shape)))),
    };
}
