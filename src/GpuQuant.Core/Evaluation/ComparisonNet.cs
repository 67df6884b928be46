using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization;

namespace GpuQuant.Evaluation;

/// <summary>
/// A float net, its deployed form and, layer by layer, the deployed layer on the float net's values, as one net with one input: a single
/// run gives all that is compared.
/// </summary>
internal sealed class ComparisonNet
{
    private readonly IReadOnlyDictionary<Node, IntegerMeaning> _meanings;
    private readonly List<Node> _nodes = [];
    private readonly Dictionary<string, Tensor> _parameters = [];
    private readonly Dictionary<Node, Node> _float = [], _accumulated = [], _own = [], _quantized = [];
    private readonly Dictionary<Node, Node> _floatOf;

    private ComparisonNet(Model floating, Model deployed)
    {
        _meanings = IntegerMeaning.Of(deployed.Graph);
        var pairs = LayerPairs.Of(floating.Graph, deployed.Graph);
        _floatOf = pairs.ToDictionary(pair => pair.Deployed, pair => pair.Float);
        var input = Add("", floating.Graph.Input, [], floating);
        (_float[floating.Graph.Input], _accumulated[deployed.Graph.Input], _own[deployed.Graph.Input]) = (input, input, input);
        foreach (var node in floating.Graph.Nodes.Where(node => node.Op is not InputOp))
            _float[node] = Add("float/", node, node.Inputs.Select(other => _float[other]), floating);
        foreach (var node in deployed.Graph.Nodes.Where(node => node.Op is not InputOp))
            _accumulated[node] = Add("deployed/", node, node.Inputs.Select(other => _accumulated[other]), deployed);
        Layers =
        [
            .. pairs.Select(pair => new ComparedLayer(pair.Name, _float[pair.Float], _accumulated[pair.Deployed],
                Own(pair.Deployed, deployed), _meanings.TryGetValue(pair.Deployed, out var meaning) ? meaning : null)),
        ];
        Model = new(new Graph(_nodes, _nodes[^1]), new ParameterSet(_parameters));
    }

    /// <summary>The net.</summary>
    public Model Model { get; }

    /// <summary>What to compare.</summary>
    public IReadOnlyList<ComparedLayer> Layers { get; }

    /// <summary>The net of two forms of one net.</summary>
    /// <exception cref="UsageException">They take other samples or have no layer in common.</exception>
    public static ComparisonNet Of(Model floating, Model deployed)
    {
        var (expected, given) = (floating.Graph.Input.Output, deployed.Graph.Input.Output);
        return expected == given ? new(floating, deployed) : throw new UsageException(
            $"The float model takes {expected}, the deployed one {given}; they are not forms of one net.");
    }

    private Node Add(string prefix, Node node, IEnumerable<Node> inputs, Model from)
    {
        var copy = new Node(prefix + node.Name, node.Op, [.. inputs]);
        foreach (var parameter in node.Parameters)
            _parameters[copy.FullName(parameter)] = from.Parameters[node.FullName(parameter)];
        _nodes.Add(copy);
        return copy;
    }

    /// <summary>A deployed layer on the float net's values.</summary>
    private Node Own(Node node, Model deployed)
    {
        if (!_own.TryGetValue(node, out var own))
            _own[node] = own = Add("own/", node, [.. node.Inputs.Select(input => OwnInput(input, deployed))], deployed);
        return own;
    }

    /// <summary>The float net's values, as integers where the deployed net has integers; what has no counterpart is computed.</summary>
    private Node OwnInput(Node input, Model deployed)
    {
        // What only passes values on is passed through, to the layer that has a counterpart.
        if (!_floatOf.TryGetValue(input, out var counterpart))
            return Own(input, deployed);
        if (!_meanings.TryGetValue(input, out var meaning))
            return _float[counterpart];
        if (!_quantized.TryGetValue(input, out var quantized))
        {
            quantized = new Node($"own/{input.Name}/input",
                new QuantizeOp(meaning.Scale, meaning.ZeroPoint, Backends.Rounding.HalfAway, meaning.Bits), [_float[counterpart]]);
            _quantized[input] = quantized;
            _nodes.Add(quantized);
        }
        return quantized;
    }
}

/// <summary>A layer of a <see cref="ComparisonNet"/>.</summary>
/// <param name="Name">Its name in both models.</param>
/// <param name="Float">The float model's value.</param>
/// <param name="Accumulated">The deployed model's.</param>
/// <param name="Own">The deployed layer's on the float model's values.</param>
/// <param name="Meaning">What the integers of the latter two mean; null if they are floats.</param>
internal sealed record ComparedLayer(string Name, Node Float, Node Accumulated, Node Own, IntegerMeaning? Meaning);
