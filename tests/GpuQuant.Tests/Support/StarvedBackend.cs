using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;

namespace GpuQuant.Tests.Support;

/// <summary>The cpu backend on a machine with little memory.</summary>
internal sealed class StarvedBackend(long memoryBytes) : Backend
{
    private readonly CpuBackend _inner = new(1);

    public override DeviceInfo Device { get; } = new("starved", "little memory", memoryBytes);

    public override IPrimitives Primitives => _inner.Primitives;

    public override void Upload(ReadOnlySpan<byte> source, TensorView destination) => _inner.Upload(source, destination);

    public override void Download(TensorView source, Span<byte> destination) => _inner.Download(source, destination);

    public override void Synchronize() => _inner.Synchronize();

    public override long WorkspaceBytes(KernelCall call) => _inner.WorkspaceBytes(call);

    protected override DeviceMemory AllocateMemory(long bytes) => _inner.Allocate(bytes);

    protected override void Dispose(bool disposing) => _inner.Dispose();
}
