namespace GpuQuant.Experiments;

/// <summary>A trained model.</summary>
/// <param name="Dataset">The data set: <c>mnist</c>.</param>
/// <param name="Architecture">The net: <c>lenet5</c>.</param>
/// <param name="Strategy">How it was trained: <c>standard</c>.</param>
/// <param name="Seed">The training's seed.</param>
public sealed record Rq3Model(string Dataset, string Architecture, string Strategy, ulong Seed);
