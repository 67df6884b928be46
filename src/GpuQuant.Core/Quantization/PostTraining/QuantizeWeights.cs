using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization.Parts;

namespace GpuQuant.Quantization.PostTraining;

/// <summary>
/// The pass that rounds weights of convolutions, dense layers and layers for texts to a quantizer's values; arithmetic stays float.
/// </summary>
/// <example>Weights 0.6 and -1.27 of one channel by <c>int8n symmetric channel minmax</c>: step 0.01, so 0.6 and -1.27 again; by
/// <c>int2n</c> the step is 1.27, and 0.6 becomes 0.</example>
public static class QuantizeWeights
{
    /// <summary>The model with quantized weights; biases and batch normalizations stay.</summary>
    /// <param name="model">A float model.</param>
    /// <param name="spec">The quantizer; output channels are the first dimension of weights.</param>
    /// <param name="filter">Which layers; null: all that have weights.</param>
    /// <exception cref="UsageException">The quantizer is none for weights, or no layer has any.</exception>
    public static Model Apply(Model model, QuantizerSpec spec, Func<Node, bool>? filter = null) =>
        Round(model, spec, [.. WeightLayers.Of(model.Graph, filter).Select(WeightLayers.Kernel), .. TextWeights.Of(model.Graph, filter)]);

    /// <summary>The same, with the grids on which an integer deployment finds the very integers.</summary>
    /// <exception cref="UsageException">As <see cref="Apply"/>, or integer layers have no such grid.</exception>
    public static (Model Model, Encodings Encodings) Encode(Model model, QuantizerSpec spec, Func<Node, bool>? filter = null)
    {
        WeightGrids.Check(spec);
        var scales = WeightLayers.Of(model.Graph, filter).ToDictionary(
            layer => layer.Name, layer => QuantizedTensor.Of(model.Parameters[WeightLayers.Kernel(layer)], spec).Scales);
        return (Round(model, spec, WeightLayers.Of(model.Graph, filter).Select(WeightLayers.Kernel)), WeightGrids.Of(spec, scales));
    }

    /// <summary>The same with the layers' biases, for formats as wide as those of biases.</summary>
    /// <exception cref="UsageException">The quantizer is none for weights, or no layer has any.</exception>
    public static Model WithBiases(Model model, QuantizerSpec spec) => Round(model, spec,
    [
        .. WeightLayers.Of(model.Graph).SelectMany(layer => new[] { WeightLayers.Kernel(layer), WeightLayers.Bias(layer) }),
        .. TextWeights.WithBiases(model.Graph),
    ]);

    private static Model Round(Model model, QuantizerSpec spec, IEnumerable<string> names)
    {
        WeightLayers.Check(spec);
        return model with
        {
            Parameters = model.Parameters.With(names.Select(name =>
                KeyValuePair.Create(name, QuantizedTensor.Of(model.Parameters[name], spec).Dequantize()))),
        };
    }
}
