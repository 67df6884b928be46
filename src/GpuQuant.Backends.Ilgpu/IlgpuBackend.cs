using GpuQuant.Numerics;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace GpuQuant.Backends.Ilgpu;

/// <summary>A device that ILGPU drives. Work runs in order on one stream of its own.</summary>
public sealed class IlgpuBackend : Backend
{
    private readonly Context _context;
    private readonly Accelerator _accelerator;
    private readonly AcceleratorStream _stream;
    private readonly IlgpuPrimitives _primitives;
    private readonly LaunchGuard _guard;

    /// <summary>Opens a device.</summary>
    /// <param name="context">The device's context, disposed with the backend.</param>
    /// <param name="device">The device in that context.</param>
    /// <param name="info">What it is.</param>
    internal IlgpuBackend(Context context, Device device, DeviceInfo info)
    {
        (_context, Device) = (context, info);
        _accelerator = device.CreateAccelerator(context);
        _stream = _accelerator.CreateStream();
        _guard = new LaunchGuard(info.Name);
        _primitives = new IlgpuPrimitives(new KernelCache(_accelerator, _stream, _guard));
    }

    /// <inheritdoc/>
    public override DeviceInfo Device { get; }

    /// <inheritdoc/>
    public override IPrimitives Primitives => _primitives;

    /// <inheritdoc/>
    public override void Upload(ReadOnlySpan<byte> source, TensorView destination)
    {
        RequireSize(source.Length, destination);
        IlgpuMemory.View<byte>(destination).CopyFromCPU(_stream, source);
        Synchronize();
    }

    /// <inheritdoc/>
    public override void Download(TensorView source, Span<byte> destination)
    {
        RequireSize(destination.Length, source);
        IlgpuMemory.View<byte>(source).CopyToCPU(_stream, destination);
        Synchronize();
    }

    /// <inheritdoc/>
    public override void Synchronize() => _guard.Wait(_stream.Synchronize);

    /// <inheritdoc/>
    public override long WorkspaceBytes(KernelCall call) => _primitives.WorkspaceBytes(call);

    /// <inheritdoc/>
    public override long PackedBytes(KernelCall call) => _primitives.PackedBytes(call);

    /// <inheritdoc/>
    public override Action PreparePacking(KernelCall call) => _primitives.PreparePacking(call);

    /// <inheritdoc/>
    protected override DeviceMemory AllocateMemory(long bytes)
    {
        try
        {
            var buffer = _accelerator.Allocate1D<byte>(bytes);
            buffer.MemSetToZero(_stream);
            return new IlgpuMemory(buffer);
        }
        catch (Exception error) when (error is AcceleratorException or OutOfMemoryException)
        {
            throw new ComputationException(
                $"{Device.Name} needs {MiB(bytes)} MiB more memory and has {MiB(FreeBytes())} MiB free. Use a smaller batch size.", error);
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _stream.Dispose();
        _accelerator.Dispose();
        _context.Dispose();
    }

    // Only CUDA tells what other programs have taken.
    private long FreeBytes() => _accelerator is CudaAccelerator cuda ? cuda.GetFreeMemory() : Device.MemoryBytes - AllocatedBytes;

    private static long MiB(long bytes) => (bytes + (1 << 20) - 1) >> 20;

    private static void RequireSize(int bytes, TensorView tensor)
    {
        if (bytes != tensor.Bytes)
            throw new UsageException($"{tensor} takes {tensor.Bytes} bytes, not {bytes}.");
    }
}
