using GpuQuant.Graphs;

namespace GpuQuant.Quantization;

/// <summary>How wide a scheme makes each layer's weights and output.</summary>
internal sealed class LayerBits
{
    private const int LeastLayers = 3, InputBits = 8;
    private readonly IntegerScheme _scheme;
    private readonly HashSet<string> _endLayers = [], _endOutputs = [];

    public LayerBits(Graph graph, IntegerScheme scheme)
    {
        _scheme = scheme;
        var layers = graph.Nodes.Where(node => node.Op is Conv2DOp or DenseOp).ToArray();
        if (layers.Length < LeastLayers)
            return;
        _endLayers = [layers[0].Name, layers[^1].Name];
        _endOutputs.UnionWith(graph.Nodes.SkipWhile(node => node != layers[^1]).Select(node => node.Name));
        Widen(layers[^1].Inputs[0]);
    }

    /// <summary>The weights' bits of a layer.</summary>
    public int Weights(Node layer) => _endLayers.Contains(layer.Name) ? Math.Max(_scheme.WeightBits, _scheme.EndBits) : _scheme.WeightBits;

    /// <summary>The bits of a layer's output; the net's input, pixels of 8 bits, has at least as many.</summary>
    public int Output(Node layer) => layer.Op is InputOp ? Math.Max(_scheme.ActivationBits, InputBits)
        : _endOutputs.Contains(layer.Name) ? Math.Max(_scheme.ActivationBits, _scheme.EndBits)
        : _scheme.ActivationBits;

    /// <summary>A layer, and those before it whose integers it passes on.</summary>
    private void Widen(Node node)
    {
        if (!_endOutputs.Add(node.Name) || !KeepsMeaning(node.Op))
            return;
        foreach (var input in node.Inputs)
            Widen(input);
    }

    /// <summary>Whether the output's integers are the input's, or (an activation after a sum) are computed with it.</summary>
    private static bool KeepsMeaning(Op op) => op is Pool2DOp or FlattenOp or DropoutOp or ActivationOp or ConcatOp;
}
