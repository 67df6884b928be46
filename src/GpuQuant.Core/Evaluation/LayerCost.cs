using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization;

namespace GpuQuant.Evaluation;

/// <summary>What a layer of a deployed model costs.</summary>
/// <param name="Layer">Its name.</param>
/// <param name="Kind">Its op.</param>
/// <param name="Macs">Multiply-accumulate operations per sample.</param>
/// <param name="Width">
/// What is multiplied: <c>8x8</c> is 8-bit weights by 8-bit inputs, where the bits are those that the integers need, <c>float</c> is
/// float32 by float32 (also where the weights' values are those of fewer bits); empty without MACs.
/// </param>
/// <param name="Bytes">What its parameters take in the model's file, without the header.</param>
public sealed record LayerCost(string Layer, string Kind, long Macs, string Width, long Bytes)
{
    /// <summary>The width of float layers.</summary>
    public const string Float = "float";

    /// <summary>The costs of a model's layers, in order.</summary>
    /// <param name="model">The deployed model.</param>
    /// <param name="stored">The tensors of its file.</param>
    public static IReadOnlyList<LayerCost> Of(Model model, IReadOnlyDictionary<string, Tensor> stored)
    {
        var meanings = IntegerMeaning.Of(model.Graph);
        return
        [
            .. GraphSummary.Of(model.Graph).Zip(model.Graph.Nodes, (line, node) => new LayerCost(node.Name, node.Op.Kind, line.Macs,
                line.Macs > 0 ? WidthOf(node, model, meanings) : "", BytesOf(node, stored))),
        ];
    }

    private static string WidthOf(Node node, Model model, IReadOnlyDictionary<Node, IntegerMeaning> meanings)
    {
        var kernel = node.Parameters.FirstOrDefault(parameter => parameter.Name == "kernel");
        if (kernel is not { Type: DType.Int8 })
            return Float;
        var greatest = 0;
        foreach (var weight in model.Parameters[node.FullName(kernel)].Span<sbyte>())
            greatest = Math.Max(greatest, Math.Abs((int)weight));
        // A float input of an integer layer is quantized to 8 bits on the fly.
        var input = meanings.TryGetValue(node.Inputs[0], out var meaning) ? meaning.Bits : 8;
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{IntegerMeaning.BitsOf(greatest)}x{input}");
    }

    private static long BytesOf(Node node, IReadOnlyDictionary<string, Tensor> stored) => stored
        .Where(entry => entry.Key[..Math.Max(0, entry.Key.LastIndexOf('/'))] == node.Name).Sum(entry => (long)entry.Value.Bytes.Length);
}
