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
}
