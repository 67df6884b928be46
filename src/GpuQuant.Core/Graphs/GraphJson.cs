using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>A graph as JSON: a list of layers with name, op, inputs and the op's attributes. Model files carry it.</summary>
public static class GraphJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        // Named, because scripts (file-based programs) switch the serializer's own default off.
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        Converters = { new JsonStringEnumConverter(), new ShapeConverter() },
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    private static readonly Lazy<Dictionary<string, Type>> Ops = new(() => typeof(Op).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(Op)) && !type.IsAbstract)
        .ToDictionary(type => type.Name[..^2]));

    /// <summary>Writes a graph.</summary>
    public static string Write(Graph graph)
    {
        var nodes = graph.Nodes.Select(node => (JsonNode)new JsonObject
        {
            ["name"] = node.Name,
            ["op"] = node.Op.Kind,
            ["inputs"] = new JsonArray([.. node.Inputs.Select(input => (JsonNode)input.Name)]),
            ["attributes"] = JsonSerializer.SerializeToNode(node.Op, node.Op.GetType(), Options),
        });
        return new JsonObject { ["nodes"] = new JsonArray([.. nodes]), ["output"] = graph.Output.Name }.ToJsonString();
    }

    /// <summary>Reads a graph back.</summary>
    /// <exception cref="DataException">The text is no graph, or has an op that is not known here.</exception>
    public static Graph Read(string json)
    {
        try
        {
            var root = JsonNode.Parse(json)!;
            var builder = new GraphBuilder();
            var nodes = new Dictionary<string, Node>();
            foreach (var item in root["nodes"]!.AsArray())
            {
                var (name, kind) = ((string)item!["name"]!, (string)item["op"]!);
                if (!Ops.Value.TryGetValue(kind, out var type))
                    throw new DataException($"The model has a layer '{name}' of kind '{kind}', which this version does not know.");
                var op = (Op)item["attributes"].Deserialize(type, Options)!;
                nodes[name] = builder.Add(op, [.. item["inputs"]!.AsArray().Select(input => nodes[(string)input!])], name);
            }
            return builder.Build(nodes[(string)root["output"]!]);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NullReferenceException or KeyNotFoundException
            or OverflowException or ArgumentException or UsageException)
        {
            throw new DataException($"The model's graph cannot be read: {e.Message}", e);
        }
    }

    private sealed class ShapeConverter : JsonConverter<Shape>
    {
        public override Shape Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(JsonSerializer.Deserialize<int[]>(ref reader, options));

        public override void Write(Utf8JsonWriter writer, Shape value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Dims.ToArray(), options);
    }
}
