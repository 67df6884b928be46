using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Evaluation;

/// <summary>A layer's deployed weights as values, beside the float weights that they stand for.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Float">The float model that has this layer in the same form: folded where the deployed model is, else as trained.</param>
/// <param name="Values">The deployed weights: integers times their channel's step.</param>
internal sealed record DeployedWeights(string Layer, Model Float, float[] Values)
{
    /// <summary>The name of the weights.</summary>
    public string Kernel => $"{Layer}/kernel";

    /// <summary>The float weights.</summary>
    public Tensor Exact => Float.Parameters[Kernel];

    /// <summary>All convolutions and dense layers that both models have, in order.</summary>
    public static IEnumerable<DeployedWeights> Of(Model trained, Model deployed)
    {
        var reference = LayerComparer.Reference(trained);
        var unfolded = deployed.Graph.Nodes.Where(node => node.Op is BatchNormOp).Select(node => node.Name).ToHashSet();
        var layers = deployed.Graph.Nodes.ToDictionary(node => node.Name);
        foreach (var node in trained.Graph.Nodes.Where(node => node.Op is Conv2DOp or DenseOp && layers.ContainsKey(node.Name)))
        {
            var isUnfolded = trained.Graph.Nodes.Any(other => other.Inputs.Contains(node) && unfolded.Contains(other.Name));
            yield return new(node.Name, isUnfolded ? trained : reference, ValuesOf(deployed, layers[node.Name]));
        }
    }

    private static float[] ValuesOf(Model deployed, Node node)
    {
        var kernel = deployed.Parameters[$"{node.Name}/kernel"];
        if (kernel.Type == DType.Float32)
            return kernel.Span<float>().ToArray();
        var name = node.Op is DynamicConv2DOp or DynamicDenseOp ? "scales" : "weight_scales";
        var (steps, integers) = (deployed.Parameters[$"{node.Name}/{name}"].Span<float>().ToArray(), kernel.Span<sbyte>().ToArray());
        var values = new float[integers.Length];
        var perStep = integers.Length / steps.Length;
        for (var i = 0; i < values.Length; i++)
            values[i] = integers[i] * steps[i / perStep];
        return values;
    }
}
