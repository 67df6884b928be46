using System.Globalization;
using System.Text.RegularExpressions;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Models;

/// <summary>
/// What Keras and torchvision call the arrays of <c>resnet50</c> and <c>densenet121</c>, whose layers have Keras's names here, so that
/// <see cref="WeightImport"/> reads their published weights. <c>experiments/import-weights.cs</c> says how such a file is made.
/// </summary>
/// <remarks>
/// torchvision's resnet50 has no biases in its convolutions (they keep the values given for parameters that have no array, zeros) and its
/// strides in the 3x3 ones: in Keras's net its weights are a start for training, not the same function. densenet121 is one net in both.
/// </remarks>
public static partial class PublishedNames
{
    private const string Head = "predictions";

    private static readonly Dictionary<string, string> KerasStatistics =
        new() { ["mean"] = "moving_mean", ["variance"] = "moving_variance" };

    private static readonly Dictionary<string, string> TorchParameters = new()
    {
        ["kernel"] = "weight",
        ["gamma"] = "weight",
        ["beta"] = "bias",
        ["mean"] = "running_mean",
        ["variance"] = "running_var",
    };

    /// <summary>The names of a publisher.</summary>
    /// <param name="publisher"><c>keras</c> or <c>torchvision</c>.</param>
    /// <param name="graph">The net.</param>
    /// <param name="hasHead">As for <see cref="Keras"/>.</param>
    /// <exception cref="UsageException">It is another publisher.</exception>
    public static WeightMapping Of(string publisher, Graph graph, bool hasHead) => publisher switch
    {
        "keras" => Keras(graph, hasHead),
        "torchvision" => Torchvision(graph, hasHead),
        _ => throw UnknownName.Error("publisher of weights", publisher, ["keras", "torchvision"]),
    };

    /// <summary>Keras's names, layer/weight: <c>conv1_bn/moving_mean</c>.</summary>
    /// <param name="graph">The net.</param>
    /// <param name="hasHead">Whether the file's dense layer is taken; else it is left out, and its parameters must be given.</param>
    public static WeightMapping Keras(Graph graph, bool hasHead) => Of(graph, hasHead, "hwio", "io",
        (node, parameter) => $"{node.Name}/{KerasStatistics.GetValueOrDefault(parameter, parameter)}");

    /// <summary>
    /// torchvision's names, those of a state_dict: <c>layer1.0.bn1.running_mean</c>. Its counters of batches are left out.
    /// </summary>
    /// <param name="graph">The net.</param>
    /// <param name="hasHead">As for <see cref="Keras"/>.</param>
    public static WeightMapping Torchvision(Graph graph, bool hasHead)
    {
        Func<string, string> layer = graph.Nodes.Any(node => node.Op is ConcatOp) ? DensenetLayer : ResnetLayer;
        var mapping = Of(graph, hasHead, "oihw", "same", (node, parameter) => node.Op is Conv2DOp && parameter == "bias"
            ? null
            : $"{layer(node.Name)}.{TorchParameters.GetValueOrDefault(parameter, parameter)}");
        var counters = graph.Nodes.Where(node => node.Op is BatchNormOp).Select(node => $"{layer(node.Name)}.num_batches_tracked");
        return new(mapping.Entries.Concat(counters.Select(name => KeyValuePair.Create(name, ((string?)null, new WeightLayout("same")))))
            .ToDictionary());
    }

    private static WeightMapping Of(
        Graph graph, bool hasHead, string convolution, string dense, Func<Node, string, string?> nameOf)
    {
        var entries = new Dictionary<string, (string?, WeightLayout)>();
        foreach (var node in graph.Nodes)
            foreach (var spec in node.Parameters)
                if (nameOf(node, spec.Name) is { } theirs)
                    entries[theirs] = (node.Name == Head && !hasHead ? null : node.FullName(spec),
                        new(spec.Shape.Rank switch { 4 => convolution, 2 => dense, _ => "same" }));
        return new(entries);
    }

    /// <summary><c>conv3_block1_2_bn</c> is <c>layer2.0.bn2</c>; the projection of a block's input is its <c>downsample</c>.</summary>
    private static string ResnetLayer(string name)
    {
        var parts = BlockLayer().Match(name);
        if (!parts.Success)
            return name switch { Head => "fc", "conv1_bn" => "bn1", _ => "conv1" };
        var (number, kind) = (parts.Groups["number"].Value, parts.Groups["kind"].Value);
        var layer = number == "0" ? $"downsample.{(kind == "conv" ? 0 : 1)}" : kind + number;
        return $"layer{Less(parts, "stage")}.{Less(parts, "block")}.{layer}";
    }

    /// <summary><c>conv3_block1_1_bn</c> is <c>features.denseblock2.denselayer1.norm2</c>: normalizations come first there.</summary>
    private static string DensenetLayer(string name)
    {
        var parts = BlockLayer().Match(name);
        if (parts.Success)
            return $"features.denseblock{Less(parts, "stage")}.denselayer{parts.Groups["block"].Value}."
                + (parts.Groups["kind"].Value == "conv" ? $"conv{parts.Groups["number"].Value}" : $"norm{Less(parts, "number") + 2}");
        var pool = PoolLayer().Match(name);
        return name switch
        {
            _ when pool.Success => $"features.transition{Less(pool, "stage")}.{(pool.Groups["kind"].Value == "conv" ? "conv" : "norm")}",
            Head => "classifier",
            "bn" => "features.norm5",
            _ => $"features.{(name == "conv1_bn" ? "norm0" : "conv0")}",
        };
    }

    private static int Less(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) - 1;

    [GeneratedRegex(@"^conv(?<stage>\d)_block(?<block>\d+)_(?<number>\d)_(?<kind>conv|bn)$")]
    private static partial Regex BlockLayer();

    [GeneratedRegex(@"^pool(?<stage>\d)_(?<kind>conv|bn)$")]
    private static partial Regex PoolLayer();
}
