using System.Runtime.InteropServices;
using GpuQuant.Numerics;

namespace GpuQuant.Backends.Cpu;

/// <summary>The backend that every machine has: vectorised C# on a fixed set of threads.</summary>
public sealed unsafe class CpuBackend : Backend
{
    /// <summary>Most of the 2 MiB that a core's own cache has; weights need some of it too.</summary>
    private const long CacheBytesPerWorker = 3L << 19;

    private readonly WorkerPool _pool;
    private readonly CpuPrimitives _primitives;

    /// <summary>Starts the threads.</summary>
    /// <param name="threads">How many; null: as many as the machine has processors. Results do not depend on it.</param>
    /// <param name="isa">The instructions to use; null: <see cref="CpuIsa.Detect"/>.</param>
    /// <exception cref="UsageException">The number is below 1, or the environment asks for instructions that are missing.</exception>
    public CpuBackend(int? threads = null, CpuIsa? isa = null)
    {
        if (threads is < 1)
            throw new UsageException($"{threads} threads were asked for; at least 1 is needed.");
        Isa = isa ?? CpuIsa.Detect();
        _pool = new WorkerPool(threads ?? Environment.ProcessorCount);
        _primitives = new CpuPrimitives(_pool, Isa);
        Device = new DeviceInfo("cpu", Describe(_pool.Workers, Isa), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
    }

    /// <inheritdoc/>
    public override DeviceInfo Device { get; }

    /// <summary>The instructions that the kernels use.</summary>
    public CpuIsa Isa { get; }

    /// <inheritdoc/>
    public override IPrimitives Primitives => _primitives;

    /// <inheritdoc/>
    public override long CacheBytes => CacheBytesPerWorker * Workers;

    /// <inheritdoc/>
    public override int Workers => _pool.Workers;

    /// <inheritdoc/>
    public override void OnHost(int parts, Action<int> work) => _pool.Run(parts, (part, _) => work(part));

    /// <inheritdoc/>
    public override void Upload(ReadOnlySpan<byte> source, TensorView destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(source.Length, destination.Bytes);
        source.CopyTo(new Span<byte>(CpuMemory.Address<byte>(destination), checked((int)destination.Bytes)));
    }

    /// <inheritdoc/>
    public override void Download(TensorView source, Span<byte> destination) =>
        new ReadOnlySpan<byte>(CpuMemory.Address<byte>(source), checked((int)source.Bytes)).CopyTo(destination);

    /// <inheritdoc/>
    public override void Synchronize()
    {
    }

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
            return new CpuMemory(bytes);
        }
        catch (OutOfMemoryException)
        {
            throw new ComputationException($"The cpu backend needs {bytes >> 20} MiB more memory than the system gives. "
                + "Use a smaller batch size.");
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => _pool.Dispose();

    internal static string Describe(int threads, CpuIsa isa) =>
        $"{RuntimeInformation.ProcessArchitecture}, {isa}, {threads} thread{(threads == 1 ? "" : "s")}";
}
