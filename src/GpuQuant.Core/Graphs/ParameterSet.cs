using System.Collections;
using System.Diagnostics.CodeAnalysis;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>A model's parameters by name, on the host. Treated as immutable: passes make new sets.</summary>
public sealed class ParameterSet : IReadOnlyDictionary<string, Tensor>
{
    private readonly SortedDictionary<string, Tensor> _tensors;

    /// <summary>Makes a set.</summary>
    public ParameterSet(IEnumerable<KeyValuePair<string, Tensor>> tensors) =>
        _tensors = new(tensors.ToDictionary(t => t.Key, t => t.Value), StringComparer.Ordinal);

    /// <inheritdoc/>
    public IEnumerable<string> Keys => _tensors.Keys;

    /// <inheritdoc/>
    public IEnumerable<Tensor> Values => _tensors.Values;

    /// <inheritdoc/>
    public int Count => _tensors.Count;

    /// <inheritdoc/>
    public Tensor this[string key] => _tensors[key];

    /// <summary>Draws the first values of a graph's parameters.</summary>
    /// <exception cref="UsageException">A parameter has no initializer: it belongs to a quantized graph.</exception>
    public static ParameterSet Initialize(Graph graph, ulong seed)
    {
        var tensors = new Dictionary<string, Tensor>();
        uint position = 0;
        foreach (var (name, spec) in graph.Parameters)
        {
            var initializer = spec.Initializer ?? throw new UsageException($"Parameter '{name}' has no initial values of its own.");
            var tensor = new Tensor(spec.Type, spec.Shape);
            initializer.Fill(tensor.Span<float>(), spec.Shape, new RandomStream(seed, RandomPurpose.Initialization, 0, position++));
            tensors[name] = tensor;
        }
        return new ParameterSet(tensors);
    }

    /// <summary>A parameter that must be there with that type and shape.</summary>
    /// <exception cref="UsageException">It is not.</exception>
    public Tensor Get(string name, DType type, Shape shape)
    {
        if (!_tensors.TryGetValue(name, out var tensor))
            throw new UsageException($"The parameters hold no '{name}'.");
        return tensor.Type == type && tensor.Shape.Equals(shape)
            ? tensor
            : throw new UsageException($"Parameter '{name}' is {tensor.Type}[{tensor.Shape}]; the graph needs {type}[{shape}].");
    }

    /// <summary>The set with some parameters replaced or added.</summary>
    public ParameterSet With(IEnumerable<KeyValuePair<string, Tensor>> changes)
    {
        var tensors = new Dictionary<string, Tensor>(_tensors);
        foreach (var (name, tensor) in changes)
            tensors[name] = tensor;
        return new ParameterSet(tensors);
    }

    /// <inheritdoc/>
    public bool ContainsKey(string key) => _tensors.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out Tensor value) => _tensors.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, Tensor>> GetEnumerator() => _tensors.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
