namespace GpuQuant.Models;

/// <summary>Changes an image between its reading and its preprocessing.</summary>
/// <param name="index">Which one.</param>
/// <param name="raw">Its bytes.</param>
public delegate void SampleEdit(int index, Span<byte> raw);
