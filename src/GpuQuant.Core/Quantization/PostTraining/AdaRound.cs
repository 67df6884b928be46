using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization.Parts;

namespace GpuQuant.Quantization.PostTraining;

/// <summary>
/// The pass that learns for each weight whether to round it down or up, so that each layer's output on calibration samples stays near the
/// float model's (Nagel et al. 2020, "Up or down? Adaptive rounding for post-training quantization"). Layers are done in order, each with
/// the inputs that the quantized layers before it give; a relu behind the layer counts as part of it.
/// </summary>
/// <example>Weights 0.4 and 0.4 with step 1 and inputs that are always equal: to nearest both become 0, and the output loses 0.8 of its
/// input; learned, one of them becomes 1, and the output gains 0.2.</example>
public static class AdaRound
{
    /// <summary>The model with quantized weights; biases and batch normalizations stay.</summary>
    /// <param name="model">A float model; fold batch normalizations first.</param>
    /// <param name="spec">The quantizer, of integers; steps and zero points are those of rounding to nearest.</param>
    /// <param name="calibration">Where samples come from.</param>
    /// <param name="options">How to learn.</param>
    /// <param name="filter">Which layers; null: all convolutions and dense layers.</param>
    /// <returns>A layer that learning did not bring nearer than rounding to nearest is rounded to nearest.</returns>
    /// <exception cref="UsageException">The quantizer is none for weights or none of integers, or there are no samples.</exception>
    public static Model Apply(Model model, QuantizerSpec spec, CalibrationData calibration, AdaRoundOptions? options = null,
        Func<Node, bool>? filter = null)
    {
        WeightLayers.Check(spec);
        if (spec.Format is not IntegerFormat { IsSign: false })
            throw new UsageException($"AdaRound chooses between neighbouring integers; '{spec}' has none. Take int2 to int16.");
        options ??= new AdaRoundOptions();
        var quantized = model;
        foreach (var (position, layer) in WeightLayers.Of(model.Graph, filter).Index())
        {
            var kernel = model.Parameters[WeightLayers.Kernel(layer)];
            var reconstruction = new LayerReconstruction(layer, kernel, model.Parameters[WeightLayers.Bias(layer)],
                LayerInputs.Of(model, layer, calibration, options.Samples),
                LayerInputs.Of(quantized, layer, calibration, options.Samples), IsRectified(model.Graph, layer));
            var draws = new RandomStream(options.Seed, RandomPurpose.Quantization, 0, (uint)position);
            quantized = quantized.With(WeightLayers.Kernel(layer), Learn(kernel, spec, reconstruction, options, draws));
        }
        return quantized;
    }

    private static Tensor Learn(
        Tensor kernel, QuantizerSpec spec, LayerReconstruction reconstruction, AdaRoundOptions options, RandomStream draws)
    {
        var nearest = QuantizedTensor.Of(kernel, spec);
        var rounding = new SoftRounding(kernel, nearest);
        var rows = new int[Math.Min(options.Rows, reconstruction.Rows)];
        var warm = (int)(options.WarmStart * options.Steps);
        for (var step = 1; step <= options.Steps; step++)
        {
            foreach (ref var row in rows.AsSpan())
                row = draws.NextInt32(0, reconstruction.Rows);
            var progress = Math.Max(0, step - warm) / (double)Math.Max(1, options.Steps - warm);
            var exponent = options.FirstExponent + (options.LastExponent - options.FirstExponent) * progress;
            rounding.Step(reconstruction.Gradient(rounding.Weights(), rows), options.LearningRate,
                step > warm ? options.Regularization : 0, exponent);
        }
        var (learned, plain) = (rounding.Rounded(), nearest.Dequantize());
        return reconstruction.Error(learned) < reconstruction.Error(plain) ? learned : plain;
    }

    private static bool IsRectified(Graph graph, Node layer) =>
        ((IFusesActivation)layer.Op).Activation == Backends.Activation.Relu
        || WeightLayers.OnlyUser(graph, layer)?.Op is ActivationOp { Activation: Backends.Activation.Relu };
}
