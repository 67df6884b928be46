namespace GpuQuant.Kernels;

/// <summary>A step of projected gradient descent.</summary>
/// <param name="Length">Elements of a sample.</param>
/// <param name="ChunkSize">Elements that one thread adds up.</param>
/// <param name="Chunks">Chunks of a sample.</param>
/// <param name="Step">How far it leads.</param>
/// <param name="Radius">The ball's radius.</param>
/// <param name="Low">The least pixel.</param>
/// <param name="High">The greatest pixel.</param>
internal readonly record struct PgdSizes(int Length, int ChunkSize, int Chunks, float Step, float Radius, float Low, float High);
