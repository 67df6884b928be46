using GpuQuant.Numerics;

namespace GpuQuant.Shifts;

/// <summary>Shifts one sample: reads its bytes, draws what it needs in a fixed order, writes as many bytes.</summary>
/// <param name="image">The original sample.</param>
/// <param name="random">The sample's own random sequence, at its start.</param>
/// <param name="result">Receives the shifted sample; does not overlap <paramref name="image"/>.</param>
public delegate void Corruption(ReadOnlySpan<byte> image, ref RandomStream random, Span<byte> result);
