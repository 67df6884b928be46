using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Models;

/// <summary>
/// Takes over the weights of a net that was trained elsewhere, from a .safetensors or .npz file, so that it can be studied here. Every
/// parameter of the graph must be given and every array used or left out on purpose: a net with one wrong layer looks almost right.
/// </summary>
/// <example>
/// <c>WeightImport.Read("keras.npz", new Lenet5().Build(new Shape(28, 28, 1), 10), WeightMapping.Read("keras.txt"))</c>
/// </example>
public static class WeightImport
{
    /// <summary>Reads a file's arrays as the parameters of a graph.</summary>
    /// <param name="path">A .safetensors or .npz file of float32 (safetensors: or float16) arrays.</param>
    /// <param name="graph">The net.</param>
    /// <param name="mapping">Which array is which parameter; null: the arrays have our names and layout.</param>
    /// <param name="otherwise">The values of parameters for which the mapping has no line, such as a new head's first ones.</param>
    /// <exception cref="UsageException">The file is of neither kind.</exception>
    /// <exception cref="DataException">
    /// The file cannot be read; or arrays are missing, extra, of a wrong shape or type or not finite: names each.
    /// </exception>
    public static Model Read(string path, Graph graph, WeightMapping? mapping = null, ParameterSet? otherwise = null)
    {
        var arrays = Path.GetExtension(path) switch
        {
            ".safetensors" => SafetensorsFile.Read(path).Tensors,
            ".npz" => NpzFile.Read(path),
            _ => throw new UsageException($"Weights are read from .safetensors or .npz files, not from '{path}'."),
        };
        mapping ??= WeightMapping.SameNames(graph);
        var problems = new List<string>();
        var parameters = new Dictionary<string, Tensor>();
        foreach (var node in graph.Nodes)
            foreach (var spec in node.Parameters)
                if (Convert(arrays, mapping, node, spec, otherwise, problems) is { } tensor)
                    parameters[node.FullName(spec)] = tensor;
        problems.AddRange(Unused(arrays, mapping, graph));
        return problems.Count == 0
            ? new Model(graph, new ParameterSet(parameters))
            : throw new DataException($"The arrays of '{path}' do not fit the net: {string.Join("; ", problems)}.");
    }

    private static Tensor? Convert(IReadOnlyDictionary<string, Tensor> arrays, WeightMapping mapping, Node node, ParameterSpec spec,
        ParameterSet? otherwise, List<string> problems)
    {
        var name = node.FullName(spec);
        var (theirs, (_, layout)) = mapping.Entries.FirstOrDefault(entry => entry.Value.Ours == name);
        if (theirs is null && otherwise is not null && otherwise.ContainsKey(name))
            return otherwise.Get(name, spec.Type, spec.Shape);
        if (theirs is null || !arrays.TryGetValue(theirs, out var array))
        {
            problems.Add(theirs is null ? $"no line of the mapping gives '{name}'" : $"the array '{theirs}' for '{name}' is missing");
            return null;
        }
        var image = node.Inputs is [{ Op: FlattenOp } flatten, ..] ? flatten.Inputs[0].Output.Shape : null;
        var needed = layout.TheirShape(spec.Shape, image);
        var values = Floats(array);
        if (needed is null)
            problems.Add($"'{name}' ({spec.Shape}) cannot have the layout {layout.Name}");
        else if (!array.Shape.Equals(needed))
            problems.Add($"'{theirs}' is {array.Shape}, '{name}' needs {needed}{(layout.Name == "same" ? "" : $" as {layout.Name}")}");
        else if (spec.Type != DType.Float32 || values is null)
            problems.Add($"'{theirs}' holds {array.Type}, '{name}' needs {spec.Type}");
        else if (!values.All(float.IsFinite))
            problems.Add($"'{theirs}' holds values that are infinite or no numbers");
        else
            return Tensor.From<float>(layout.ToOurs(values, needed, image), spec.Shape);
        return null;
    }

    private static IEnumerable<string> Unused(IReadOnlyDictionary<string, Tensor> arrays, WeightMapping mapping, Graph graph)
    {
        var known = graph.Parameters.Select(p => p.Name).ToHashSet();
        var extra = arrays.Keys.Where(name => !mapping.Entries.ContainsKey(name)).Order(StringComparer.Ordinal)
            .Select(name => $"the array '{name}' is extra (map it to '-' to leave it out)");
        return extra.Concat(mapping.Entries.Where(entry => entry.Value.Ours is { } ours && !known.Contains(ours))
            .Select(entry => $"the mapping gives '{entry.Key}' to '{entry.Value.Ours}', which the net does not have"));
    }

    private static float[]? Floats(Tensor array) => array.Type switch
    {
        DType.Float32 => array.Span<float>().ToArray(),
        DType.Float16 => Array.ConvertAll(array.Span<Half>().ToArray(), value => (float)value),
        _ => null,
    };
}
