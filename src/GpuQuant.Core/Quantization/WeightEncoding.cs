namespace GpuQuant.Quantization;

/// <summary>The grid of a layer's weights: symmetric integers of so many bits.</summary>
/// <param name="Bits">2 to 8: 4 bits are -7 to 7.</param>
/// <param name="Scales">
/// The steps, one per output channel or one for all; empty: the greatest weight of a channel (of the tensor, where the scheme has one
/// step per tensor) is the greatest integer.
/// </param>
/// <example>4 bits, one step of 0.1: the weight 0.34 is the integer 3, and 0.9 is 7.</example>
public sealed record WeightEncoding(int Bits, IReadOnlyList<float> Scales)
{
    /// <summary>8 bits by the greatest weight.</summary>
    public static WeightEncoding Int8 { get; } = new(8, []);

    /// <summary>The greatest integer; the least is its negative.</summary>
    public int Greatest => (1 << (Bits - 1)) - 1;
}
