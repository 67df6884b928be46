using GpuQuant.Numerics;

namespace GpuQuant.Quantization;

/// <summary>
/// What is decided about layers before a model is lowered to integers: by quantization-aware training, or by a pass that chose weights on
/// a grid of its own. What is not given, the scheme decides from calibrated ranges and from the weights.
/// </summary>
/// <param name="Outputs">By layer: what the integers of its output mean (after its activation).</param>
/// <param name="Weights">By layer: the grid of its weights.</param>
public sealed record Encodings(
    IReadOnlyDictionary<string, QuantizationParameters> Outputs, IReadOnlyDictionary<string, WeightEncoding> Weights)
{
    /// <summary>Nothing is given.</summary>
    public static Encodings None { get; } = new(new Dictionary<string, QuantizationParameters>(), new Dictionary<string, WeightEncoding>());

    /// <summary>The same, once every number makes sense.</summary>
    /// <exception cref="UsageException">A step is no number above 0, or a width or zero point is none; names the layer.</exception>
    internal Encodings Checked()
    {
        foreach (var (layer, output) in Outputs)
        {
            if (!IsStep(output.Scale))
                throw NoStep(layer, "output", output.Scale);
            if (output.Bits is not (>= 2 and <= 8 or 16) || output.ZeroPoint < output.Least || output.ZeroPoint > output.Greatest)
                throw new UsageException($"Layer '{layer}' has an output of {output.Bits} bits with the zero point {output.ZeroPoint}; "
                    + "outputs have 2 to 8 bits, or 16, and a zero point within them.");
        }
        foreach (var (layer, weights) in Weights)
        {
            if (weights.Bits is < 2 or > 8)
                throw new UsageException($"Layer '{layer}' has weights of {weights.Bits} bits; integer weights have 2 to 8.");
            foreach (var scale in weights.Scales.Where(scale => !IsStep(scale)))
                throw NoStep(layer, "weights", scale);
        }
        return this;
    }

    private static bool IsStep(float scale) => float.IsNormal(scale) && scale > 0;

    private static UsageException NoStep(string layer, string what, float scale) => new(FormattableString.Invariant(
        $"Layer '{layer}' has {what} of step {scale}; a step is a number above 0. Look for a range that was never set or has overflowed."));
}
