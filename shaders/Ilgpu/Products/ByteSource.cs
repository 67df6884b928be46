using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>An operand in memory.</summary>
/// <param name="Chunks">Its bytes in pieces of 16.</param>
/// <param name="Address">Where they begin, for instructions that ILGPU knows nothing of.</param>
internal readonly record struct ByteSource(ArrayView<Row4<int>> Chunks, long Address);
