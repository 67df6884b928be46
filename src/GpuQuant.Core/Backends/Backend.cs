using GpuQuant.Numerics;

namespace GpuQuant.Backends;

/// <summary>
/// A device that runs kernels: memory, transfers, and the preparation of the primitive calls of <see cref="IPrimitives"/>.
/// Work is done in the order of the calls; <see cref="Synchronize"/> waits for it, <see cref="Download"/> does so by itself.
/// </summary>
public abstract class Backend : IDisposable
{
    /// <summary>What the device is.</summary>
    public abstract DeviceInfo Device { get; }

    /// <summary>Bytes allocated now.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>Allocations made so far; it stands still while programs run.</summary>
    public long AllocationCount { get; private set; }

    /// <summary>The primitives of this device.</summary>
    public abstract IPrimitives Primitives { get; }

    /// <summary>
    /// The cache in which an inference's tensors should stay; larger batches are worked off in parts. 0: the device takes batches whole.
    /// </summary>
    public virtual long CacheBytes => 0;

    /// <summary>The threads that share a call's samples.</summary>
    public virtual int Workers => 1;

    /// <summary>Does work of the host in numbered parts, on the threads that the device itself computes with where it has some.</summary>
    public virtual void OnHost(int parts, Action<int> work) => Parallel.For(0, parts, work);

    /// <summary>Takes memory, filled with zeros.</summary>
    /// <exception cref="ComputationException">The device has not that much; the message says how much it has.</exception>
    public DeviceMemory Allocate(long bytes)
    {
        var memory = AllocateMemory(Math.Max(bytes, 1));
        AllocatedBytes += memory.Bytes;
        AllocationCount++;
        return memory;
    }

    /// <summary>Gives memory back.</summary>
    public void Free(DeviceMemory memory)
    {
        AllocatedBytes -= memory.Bytes;
        memory.Dispose();
    }

    /// <summary>Copies host bytes to a tensor; both have the same size.</summary>
    public abstract void Upload(ReadOnlySpan<byte> source, TensorView destination);

    /// <summary>Waits for the work queued so far and copies a tensor's bytes to the host.</summary>
    public abstract void Download(TensorView source, Span<byte> destination);

    /// <summary>Waits until all queued work is done.</summary>
    public abstract void Synchronize();

    /// <summary>
    /// Scratch memory that the call needs on this device while it runs. The planner provides it as <see cref="KernelCall.Workspace"/>.
    /// </summary>
    public virtual long WorkspaceBytes(KernelCall call) => 0;

    /// <summary>Memory for the call's weights in a layout that this device prefers; 0 if it takes them as they are.</summary>
    public virtual long PackedBytes(KernelCall call) => 0;

    /// <summary>What fills <see cref="KernelCall.Packed"/>, to be run whenever the weights may have changed.</summary>
    /// <exception cref="InvalidOperationException">The call has no packed weights.</exception>
    public virtual Action PreparePacking(KernelCall call) =>
        throw new InvalidOperationException($"{Device.Name} takes the weights of {call.GetType().Name} as they are.");

    /// <summary>Gives the device back. Memory taken from it is gone.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Takes memory from the device, filled with zeros.</summary>
    protected abstract DeviceMemory AllocateMemory(long bytes);

    /// <summary>Gives the device back.</summary>
    protected abstract void Dispose(bool disposing);
}
