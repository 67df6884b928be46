namespace GpuQuant.Backends;

/// <summary>
/// A tensor's bytes before and after they have a place: ops ask for storage while a program is planned, the planner then places it
/// in device memory. Several <see cref="TensorView"/>s may look at one storage.
/// </summary>
public sealed class Storage(string name, long bytes)
{
    private DeviceMemory? _memory;

    /// <summary>Whose bytes these are, for messages and memory listings: <c>conv1.output</c>.</summary>
    public string Name { get; } = name;

    /// <summary>The size in bytes.</summary>
    public long Bytes { get; } = bytes;

    /// <summary>Whether the bytes have a place already: those of parameters have one before planning, and keep it.</summary>
    public bool IsPlaced => _memory is not null;

    /// <summary>The memory that holds the bytes.</summary>
    /// <exception cref="InvalidOperationException">The planner has not placed this storage.</exception>
    public DeviceMemory Memory => _memory ?? throw new InvalidOperationException($"The storage of {Name} has no place yet.");

    /// <summary>Where the bytes begin in <see cref="Memory"/>.</summary>
    public long Offset { get; private set; }

    /// <summary>Gives the storage its place.</summary>
    public void Place(DeviceMemory memory, long offset)
    {
        if (offset < 0 || offset + Bytes > memory.Bytes)
            throw new ArgumentOutOfRangeException(nameof(offset), $"{Name}: {Bytes} bytes at {offset} do not fit into {memory.Bytes}.");
        (_memory, Offset) = (memory, offset);
    }

    /// <summary>Storage with memory of its own, for tensors that live outside a program's plan.</summary>
    public static Storage Allocate(Backend backend, string name, long bytes)
    {
        var storage = new Storage(name, bytes);
        storage.Place(backend.Allocate(bytes), 0);
        return storage;
    }
}
