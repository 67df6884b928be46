namespace GpuQuant.Models;

/// <summary>What a stored model is and where it comes from.</summary>
/// <param name="Dataset">The data set it was trained on.</param>
/// <param name="Architecture">The net.</param>
/// <param name="Strategy">How it was trained.</param>
/// <param name="Seed">The training's seed.</param>
/// <param name="Epochs">The epochs it was trained for.</param>
/// <param name="Quantizer">The deployment scheme; <c>float32</c> for the trained model itself.</param>
public sealed record ModelCard(string Dataset, string Architecture, string Strategy, ulong Seed, int Epochs, string Quantizer = "float32");
