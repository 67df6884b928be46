namespace GpuQuant.Backends;

/// <summary>A block of memory on a device. Programs take few and large ones; tensors are placed inside.</summary>
public abstract class DeviceMemory(long bytes) : IDisposable
{
    /// <summary>The size in bytes.</summary>
    public long Bytes { get; } = bytes;

    /// <summary>Gives the memory back to the device.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives the memory back.</summary>
    protected abstract void Dispose(bool disposing);
}
