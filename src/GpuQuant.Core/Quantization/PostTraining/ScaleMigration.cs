using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization.PostTraining;

/// <summary>
/// The pass that moves scale from activations to the weights that take them, channel by channel, without changing what the net computes
/// (Xiao et al. 2023, "SmoothQuant: accurate and efficient post-training quantization for large language models"). Activations share one
/// step per tensor, so a channel much larger than the others costs these their precision; weights can bear a part of the difference.
/// </summary>
/// <remarks>
/// Channel j, at most x on calibration samples and used with weights of at most w: the layer before (a convolution, a dense layer or a
/// batch normalization, with only a relu, pooling, dropout or flattening between) is divided by s = x^alpha / w^(1 - alpha), the weights
/// are multiplied by it. Pairs are taken in the net's order, each with the weights that the ones before have left.
/// </remarks>
/// <example>Alpha 0.5, x = 16, w = 1: s = 4, so activations reach 4 and weights 4.</example>
public static class ScaleMigration
{
    private const int Batch = 64;

    /// <summary>The model with other scales; a net without such pairs is returned unchanged.</summary>
    /// <param name="model">A float model; fold batch normalizations first.</param>
    /// <param name="calibration">Where samples come from.</param>
    /// <param name="alpha">0: weights alone become even; 1: activations alone.</param>
    /// <param name="samples">How many.</param>
    /// <exception cref="UsageException">Alpha is not from 0 to 1, or there are no samples.</exception>
    public static Model Apply(Model model, CalibrationData calibration, double alpha = 0.5, int samples = 256)
    {
        if (alpha is not (>= 0 and <= 1))
            throw new UsageException(FormattableString.Invariant($"Scale migration's alpha is from 0 to 1, such as 0.5; got {alpha}."));
        var pairs = ScalePair.Of(model.Graph).ToArray();
        var values = ScalePair.Parameters(model, pairs);
        foreach (var pair in pairs)
        {
            var reached = GreatestInputs(model, pair, calibration, samples);
            for (var c = 0; c < reached.Length; c++)
                if ((Reached: reached[c], Used: pair.GreatestUse(c, values)) is { Reached: > 0, Used: > 0 } channel)
                    pair.Move(c, PortableMath.Exp(
                        alpha * PortableMath.Log(channel.Reached) - (1 - alpha) * PortableMath.Log(channel.Used)), values);
        }
        return model.WithDoubles(values);
    }

    /// <summary>The greatest size of each channel of what a pair's second layer takes in the float model.</summary>
    private static float[] GreatestInputs(Model model, ScalePair pair, CalibrationData calibration, int samples)
    {
        var data = Subset.First(calibration.Data, samples);
        if (data.Count == 0)
            throw new UsageException($"{calibration.Data.Name} holds no samples to calibrate with.");
        using var predictor = new Predictor(
            calibration.Backend, model, calibration.Preprocessing, Math.Min(Batch, data.Count), layer: pair.Input.Name);
        var greatest = new float[pair.Channels];
        predictor.Run<float>(data, (_, inputs) =>
        {
            for (var i = 0; i < inputs.Length; i++)
                greatest[i % greatest.Length] = Math.Max(greatest[i % greatest.Length], Math.Abs(inputs[i]));
        });
        return greatest;
    }
}
