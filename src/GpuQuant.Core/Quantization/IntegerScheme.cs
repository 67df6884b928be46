namespace GpuQuant.Quantization;

/// <summary>The widths of an integer scheme. What <see cref="Encodings"/> give for a layer overrides them.</summary>
/// <param name="WeightBits">Bits of weights, 2 to 8, symmetric: 4 bits are -7 to 7.</param>
/// <param name="ActivationBits">Bits of activations: 2 to 8, asymmetric (4 bits are -8 to 7), or 16, symmetric.</param>
/// <param name="DensePerChannel">Whether dense layers, too, have a step per output channel, not one in all.</param>
/// <param name="EndBits">
/// The least width in the first and the last layer: their weights, the last one's input and the logits. 8 is the custom where the rest
/// has 4 bits or fewer (Zhou et al. 2016, "DoReFa-Net"; Esser et al. 2020, "Learned step size quantization"), since these two layers have
/// few weights and every later error comes through them. A net of fewer than three layers has no such ends.
/// </param>
/// <example><c>new IntegerScheme(4, 4)</c>: 4-bit weights and activations between two layers of 8 bits.</example>
public sealed record IntegerScheme(int WeightBits = 8, int ActivationBits = 8, bool DensePerChannel = false, int EndBits = 8);
