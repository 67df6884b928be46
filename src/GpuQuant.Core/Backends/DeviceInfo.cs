namespace GpuQuant.Backends;

/// <summary>A device as <c>gpuquant devices</c> lists it.</summary>
/// <param name="Name">The name for <c>--device</c>: <c>cpu</c>, <c>cuda:0</c>.</param>
/// <param name="Description">What it is: "NVIDIA GeForce RTX 4070", "AVX-512, 2 threads".</param>
/// <param name="MemoryBytes">Its memory.</param>
public sealed record DeviceInfo(string Name, string Description, long MemoryBytes);
