using System.Globalization;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Models;

/// <summary>
/// A model with everything its use needs, in one safetensors file: the parameters as tensors, the graph, the preprocessing and the card
/// as metadata. Loading it needs no knowledge of the architecture.
/// </summary>
/// <param name="Card">What it is.</param>
/// <param name="Model">Graph and parameters.</param>
/// <param name="Preprocessing">How raw samples become its input.</param>
public sealed record SavedModel(ModelCard Card, Model Model, Preprocessing Preprocessing)
{
    /// <summary>The model's file in its folder.</summary>
    public const string FileName = "model.safetensors";

    private const string Format = "1", MeanName = "preprocessing/mean", FormKey = "stored:";

    /// <summary>Writes the model into a folder; returns the file's path.</summary>
    /// <param name="folder">The folder, made if it does not exist.</param>
    /// <param name="encode">How a parameter is stored, if not as it is: half floats for a float16 deployment.</param>
    public string Write(string folder, Func<string, Tensor, StoredTensor>? encode = null)
    {
        var stored = Model.Parameters.ToDictionary(p => p.Key, p => encode?.Invoke(p.Key, p.Value) ?? StoredTensor.AsItIs(p.Value));
        var tensors = stored.SelectMany(p => p.Value.Parts.Select(part => (Name: p.Key + part.Key, part.Value)))
            .ToDictionary(part => part.Name, part => part.Value);
        if (Preprocessing.Mean is { } mean)
            tensors[MeanName] = Tensor.From<float>(mean, new Shape(mean.Length));
        var metadata = new Dictionary<string, string>
        {
            ["gpuquant"] = Format,
            ["graph"] = GraphJson.Write(Model.Graph),
            ["dataset"] = Card.Dataset,
            ["architecture"] = Card.Architecture,
            ["strategy"] = Card.Strategy,
            ["seed"] = Text(Card.Seed),
            ["epochs"] = Text(Card.Epochs),
            ["quantizer"] = Card.Quantizer,
            ["scale"] = Preprocessing.Scale.ToString("R", CultureInfo.InvariantCulture),
        };
        foreach (var (name, tensor) in stored.Where(p => p.Value.Form is not null))
            metadata[FormKey + name] = tensor.Form!;
        var path = Path.Combine(folder, FileName);
        new SafetensorsFile(tensors, metadata).Write(path);
        return path;
    }

    /// <summary>Reads a model from its folder or its file.</summary>
    /// <exception cref="DataException">There is none, it is damaged, or another version wrote it.</exception>
    public static SavedModel Read(string path)
    {
        var file = Directory.Exists(path) ? Path.Combine(path, FileName) : path;
        return SafetensorsFile.Read(file, content => Interpret(content.Tensors, content.Metadata));
    }

    private static SavedModel Interpret(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        if (metadata.GetValueOrDefault("gpuquant") != Format)
            throw new FormatException(
                $"it is no GpuQuant model of format {Format}, but of format '{metadata.GetValueOrDefault("gpuquant", "unknown")}'.");
        var card = new ModelCard(metadata["dataset"], metadata["architecture"], metadata["strategy"],
            ulong.Parse(metadata["seed"], CultureInfo.InvariantCulture),
            int.Parse(metadata["epochs"], CultureInfo.InvariantCulture), metadata["quantizer"]);
        var mean = tensors.TryGetValue(MeanName, out var stored) ? stored.Span<float>().ToArray() : null;
        var parameters = Decode(tensors, metadata);
        var graph = GraphJson.Read(metadata["graph"]);
        foreach (var (name, spec) in graph.Parameters)
            parameters.Get(name, spec.Type, spec.Shape);
        return new(card, new Model(graph, parameters),
            new Preprocessing(float.Parse(metadata["scale"], CultureInfo.InvariantCulture), mean));
    }

    /// <summary>The parameters from their stored forms.</summary>
    private static ParameterSet Decode(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var forms = metadata.Where(entry => entry.Key.StartsWith(FormKey, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[FormKey.Length..], entry => entry.Value);
        var parameters = new Dictionary<string, Tensor>();
        foreach (var name in tensors.Keys.Where(name => name != MeanName && !forms.Keys.Any(owner => IsPartOf(owner, name))))
            parameters[name] = StoredTensor.Read(forms.GetValueOrDefault(name), tensors
                .Where(t => t.Key == name || IsPartOf(name, t.Key)).ToDictionary(t => t.Key[name.Length..], t => t.Value));
        return new ParameterSet(parameters);
    }

    private static bool IsPartOf(string owner, string name) =>
        name.Length > owner.Length && name[owner.Length] == '.' && name.StartsWith(owner, StringComparison.Ordinal);

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
