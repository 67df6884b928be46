namespace GpuQuant.Quantization.PostTraining;

/// <summary>What rounding one layer's weights does to a net.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Bits">The width of its weights.</param>
/// <param name="Distance">How far the net's answers move.</param>
public sealed record LayerSensitivity(string Layer, int Bits, OutputDistance Distance);
