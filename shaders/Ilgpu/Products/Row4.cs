namespace GpuQuant.Kernels;

/// <summary>Four neighbours in memory, which a thread reads and writes at once: 16 bytes.</summary>
internal struct Row4<T>(T x, T y, T z, T w) where T : unmanaged
{
    public T X = x, Y = y, Z = z, W = w;
}
