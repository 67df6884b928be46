using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization.Parts;

namespace GpuQuant.Quantization.PostTraining;

/// <summary>
/// The pass that rounds weights one after the other, each time moving the weights that are still to come so that they make up for the
/// error on calibration samples (Frantar et al. 2022, "GPTQ: accurate post-training quantization for generative pre-trained
/// transformers"). Layers are done in order, each with the inputs that the quantized layers before it give.
/// </summary>
/// <remarks>
/// With rows X of inputs, H = 2 X^T X plus a share of its mean diagonal on the diagonal, and U the upper triangular matrix with
/// U^T U = H^-1: weight i of an output channel is rounded to q, and U[i, j] (w[i] - q) / U[i, i] is taken off each later weight j. A
/// group's or channel's range is that of its weights when its first one is reached.
/// </remarks>
/// <example>Weights 0.4 and 0.4 with step 1 and inputs that are always equal: the first becomes 0, the second, now nearly 0.8, 1.</example>
public static class Gptq
{
    /// <summary>The model with quantized weights; biases and batch normalizations stay.</summary>
    /// <param name="model">A float model; fold batch normalizations first.</param>
    /// <param name="spec">The quantizer.</param>
    /// <param name="calibration">Where samples come from.</param>
    /// <param name="samples">How many.</param>
    /// <param name="damping">The share of the mean diagonal, above 0.</param>
    /// <param name="filter">Which layers; null: all convolutions and dense layers.</param>
    /// <exception cref="UsageException">The quantizer is none for weights, the damping is not above 0, or there are no samples.</exception>
    public static Model Apply(Model model, QuantizerSpec spec, CalibrationData calibration, int samples = 128, double damping = 0.01,
        Func<Node, bool>? filter = null) => Run(model, spec, calibration, samples, damping, filter).Model;

    /// <summary>The same, with the grids on which an integer deployment finds the very integers.</summary>
    /// <exception cref="UsageException">As <see cref="Apply"/>, or integer layers have no such grid.</exception>
    public static (Model Model, Encodings Encodings) Encode(Model model, QuantizerSpec spec, CalibrationData calibration,
        int samples = 128, double damping = 0.01, Func<Node, bool>? filter = null)
    {
        WeightGrids.Check(spec);
        var (quantized, scales) = Run(model, spec, calibration, samples, damping, filter);
        return (quantized, WeightGrids.Of(spec, scales));
    }

    private static (Model Model, Dictionary<string, float[]> Scales) Run(
        Model model, QuantizerSpec spec, CalibrationData calibration, int samples, double damping, Func<Node, bool>? filter)
    {
        WeightLayers.Check(spec);
        if (!(damping > 0 && double.IsFinite(damping)))
            throw new UsageException(FormattableString.Invariant($"GPTQ's damping is a share above 0, such as 0.01; got {damping}."));
        var scales = new Dictionary<string, float[]>();
        foreach (var layer in WeightLayers.Of(model.Graph, filter))
        {
            var factor = SecondMoments.Of(LayerInputs.Of(model, layer, calibration, samples), damping).InverseFactor();
            var (rounded, steps) = Round(model.Parameters[WeightLayers.Kernel(layer)], spec, factor);
            (model, scales[layer.Name]) = (model.With(WeightLayers.Kernel(layer), rounded), steps);
        }
        return (model, scales);
    }

    private static (Tensor Kernel, float[] Scales) Round(Tensor kernel, QuantizerSpec spec, double[][] factor)
    {
        var result = new Tensor(DType.Float32, kernel.Shape);
        var (size, _) = spec.Granularity.Of(kernel.Shape);
        var whole = Cover(spec, kernel.Span<float>());
        var (isShared, steps) = (spec.Granularity.Kind == GranularityKind.Tensor, new List<float>());
        if (isShared)
            steps.Add(whole.Scale);
        var row = new double[factor.Length];
        for (var c = 0; c < kernel.Shape[0]; c++)
        {
            for (var k = 0; k < row.Length; k++)
                row[k] = kernel.Span<float>()[c * row.Length + k];
            RoundChannel(row, spec, isShared ? whole : null, size, factor, result.Span<float>().Slice(c * row.Length, row.Length), steps);
        }
        return (result, [.. steps]);
    }

    private static void RoundChannel(
        double[] row, QuantizerSpec spec, (float Scale, int ZeroPoint)? shared, int groupSize, double[][] factor, Span<float> rounded,
        List<float> steps)
    {
        var (scale, zeroPoint) = shared ?? (1, 0);
        for (var i = 0; i < row.Length; i++)
        {
            if (shared is null && i % groupSize == 0)
            {
                (scale, zeroPoint) = Cover(spec, Array.ConvertAll(row[i..Math.Min(row.Length, i + groupSize)], value => (float)value));
                steps.Add(scale);
            }
            rounded[i] = spec.FakeQuantize(row[i], scale, zeroPoint);
            RowSums.AddScaled(-(row[i] - rounded[i]) / factor[i][i], factor[i].AsSpan(i + 1), row.AsSpan(i + 1));
        }
    }

    private static (float Scale, int ZeroPoint) Cover(QuantizerSpec spec, ReadOnlySpan<float> values)
    {
        var histogram = new ValueHistogram();
        histogram.Add(values);
        var (low, high) = RangeSearch.Of(spec, histogram);
        return spec.Cover(low, high);
    }
}
