namespace GpuQuant.Quantization.PostTraining;

/// <summary>A width of weights for every layer.</summary>
/// <param name="Bits">By layer.</param>
/// <param name="Cost">What all layers cost together, in the measure that was asked for.</param>
/// <param name="Loss">The sum of the layers' divergences, each measured by itself.</param>
public sealed record BitAssignment(IReadOnlyDictionary<string, int> Bits, long Cost, double Loss)
{
    /// <summary>The same for an integer deployment, which places the steps itself.</summary>
    public Encodings Encodings => Encodings.None with
    {
        Weights = Bits.ToDictionary(layer => layer.Key, layer => new WeightEncoding(layer.Value, [])),
    };
}
