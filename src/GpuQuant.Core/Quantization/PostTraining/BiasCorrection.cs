using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization.PostTraining;

/// <summary>
/// The pass that moves biases so that every output channel keeps the mean that it has in the float model, where rounded weights shift it
/// (Nagel et al. 2019, section 4.2), measured on calibration samples. Layers are corrected in order, each seeing what the corrected
/// layers before it give, so errors of inputs are corrected too.
/// </summary>
/// <remarks>A layer is linear up to its activation: its mean output is its weights times the mean input row, plus the bias.</remarks>
/// <example>Weights 0.6 rounded to 1, mean input 2 in both models: the outputs' means are 1.2 and 2, so the bias falls by 0.8.</example>
public static class BiasCorrection
{
    /// <summary>The quantized model with other biases.</summary>
    /// <param name="reference">The float model.</param>
    /// <param name="quantized">The same graph with changed weights.</param>
    /// <param name="calibration">Where samples come from.</param>
    /// <param name="samples">How many.</param>
    /// <param name="filter">Which layers; null: all convolutions and dense layers.</param>
    /// <exception cref="UsageException">There are no samples, or the graphs differ.</exception>
    public static Model Apply(
        Model reference, Model quantized, CalibrationData calibration, int samples = 256, Func<Node, bool>? filter = null)
    {
        (reference, quantized) = (ConvolutionBiases.Add(reference), ConvolutionBiases.Add(quantized));
        foreach (var layer in WeightLayers.Of(quantized.Graph, filter))
        {
            var wanted = MeanOutput(reference, reference.Graph[layer.Name], calibration, samples);
            var given = MeanOutput(quantized, layer, calibration, samples);
            quantized = Shift(quantized, layer, c => wanted[c] - given[c]);
        }
        return quantized;
    }

    /// <summary>The model with a layer's bias changed by an amount per output channel.</summary>
    internal static Model Shift(Model model, Node layer, Func<int, double> change)
    {
        var bias = model.Parameters[WeightLayers.Bias(layer)].Clone();
        for (var c = 0; c < bias.Shape[0]; c++)
            bias.Span<float>()[c] = (float)(bias.Span<float>()[c] + change(c));
        return model.With(WeightLayers.Bias(layer), bias);
    }

    private static double[] MeanOutput(Model model, Node layer, CalibrationData calibration, int samples)
    {
        var row = LayerInputs.Of(model, layer, calibration, samples).Mean();
        var (kernel, means) = (model.Parameters[WeightLayers.Kernel(layer)], new double[layer.Output.Shape[^1]]);
        for (var c = 0; c < means.Length; c++)
        {
            means[c] = model.Parameters[WeightLayers.Bias(layer)].Span<float>()[c];
            for (var k = 0; k < row.Length; k++)
                means[c] += kernel.Span<float>()[c * row.Length + k] * row[k];
        }
        return means;
    }
}
