using GpuQuant.Backends;

namespace GpuQuant.Kernels;

/// <summary>The sizes of a batch normalization.</summary>
/// <param name="Rows">What is averaged over.</param>
/// <param name="Channels">Values per row.</param>
/// <param name="ChunkSize">Rows that one thread adds up.</param>
/// <param name="Activation">Applied to the output.</param>
internal readonly record struct BatchNormSizes(int Rows, int Channels, int ChunkSize, Activation Activation);
