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
        Func<Node, bool>? filter = null) => Learn(model, spec, calibration, options ?? new(), filter).Model;

    /// <summary>The same, with the grids on which an integer deployment finds the very integers.</summary>
    /// <exception cref="UsageException">As <see cref="Apply"/>, or integer layers have no such grid.</exception>
    public static (Model Model, Encodings Encodings) Encode(Model model, QuantizerSpec spec, CalibrationData calibration,
        AdaRoundOptions? options = null, Func<Node, bool>? filter = null)
    {
        WeightGrids.Check(spec);
        var (quantized, scales) = Learn(model, spec, calibration, options ?? new(), filter);
        return (quantized, WeightGrids.Of(spec, scales));
    }

    private static (Model Model, Dictionary<string, float[]> Scales) Learn(
        Model model, QuantizerSpec spec, CalibrationData calibration, AdaRoundOptions options, Func<Node, bool>? filter)
    {
        WeightLayers.Check(spec);
        if (spec.Format is not IntegerFormat { IsSign: false })
            throw new UsageException($"AdaRound chooses between neighbouring integers; '{spec}' has none. Take int2 to int16.");
        model = ConvolutionBiases.Add(model);
        var (quantized, scales, workers) = (model, new Dictionary<string, float[]>(), calibration.Backend.Workers);
        foreach (var (position, layer) in WeightLayers.Of(model.Graph, filter).Index())
        {
            var kernel = model.Parameters[WeightLayers.Kernel(layer)];
            var nearest = QuantizedTensor.Of(kernel, spec);
            var reconstruction = new LayerReconstruction(layer, kernel, model.Parameters[WeightLayers.Bias(layer)],
                LayerInputs.Of(model, layer, calibration, options.Samples),
                LayerInputs.Of(quantized, layer, calibration, options.Samples), IsRectified(model.Graph, layer), workers);
            scales[layer.Name] = nearest.Scales;
            quantized = quantized.With(WeightLayers.Kernel(layer),
                Learn(kernel, nearest, reconstruction, options, (uint)position, workers));
        }
        return (quantized, scales);
    }

    /// <summary>Output channels learn by themselves, so threads share them out.</summary>
    private static Tensor Learn(Tensor kernel, QuantizedTensor nearest, LayerReconstruction reconstruction, AdaRoundOptions options,
        uint position, int workers)
    {
        var learned = new Tensor(DType.Float32, kernel.Shape);
        var channels = kernel.Shape[0];
        var share = RowProducts.Padded((channels + workers - 1) / workers);
        Parallel.For(0, (channels + share - 1) / share, part =>
        {
            var mine = (part * share)..Math.Min(channels, (part + 1) * share);
            var rounding = new SoftRounding(kernel, nearest, mine);
            Learn(rounding, mine, reconstruction, options, new RandomStream(options.Seed, RandomPurpose.Quantization, 0, position));
            rounding.Round(learned);
        });
        var plain = nearest.Dequantize();
        return reconstruction.Error(learned) < reconstruction.Error(plain) ? learned : plain;
    }

    private static void Learn(
        SoftRounding rounding, Range channels, LayerReconstruction reconstruction, AdaRoundOptions options, RandomStream draws)
    {
        var rows = new int[Math.Min(options.Rows, reconstruction.Rows)];
        var inputs = new float[rows.Length * reconstruction.Length];
        var weights = new float[reconstruction.Length * RowProducts.Padded(channels.End.Value - channels.Start.Value)];
        var gradient = new float[weights.Length];
        var warm = (int)(options.WarmStart * options.Steps);
        for (var step = 1; step <= options.Steps; step++)
        {
            foreach (ref var row in rows.AsSpan())
                row = draws.NextInt32(0, reconstruction.Rows);
            reconstruction.Read(rows, inputs);
            rounding.Weights(weights);
            reconstruction.Gradient(weights, channels, inputs, rows, gradient);
            var progress = Math.Max(0, step - warm) / (double)Math.Max(1, options.Steps - warm);
            rounding.Step(gradient, options.LearningRate, step > warm ? options.Regularization : 0,
                options.FirstExponent + (options.LastExponent - options.FirstExponent) * progress);
        }
    }

    private static bool IsRectified(Graph graph, Node layer) =>
        ((IFusesActivation)layer.Op).Activation == Backends.Activation.Relu
        || WeightLayers.OnlyUser(graph, layer)?.Op is ActivationOp { Activation: Backends.Activation.Relu };
}
