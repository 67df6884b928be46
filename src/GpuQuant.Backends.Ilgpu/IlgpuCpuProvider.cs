using ILGPU.Runtime.CPU;

namespace GpuQuant.Backends.Ilgpu;

/// <summary>The <c>ilgpu-cpu</c> device: ILGPU's simulator, which runs the GPU kernels on any machine, slowly. For tests only.</summary>
public sealed class IlgpuCpuProvider : IBackendProvider
{
    // Every simulated thread is a thread of the system: few of them run fastest. 16 in a group let kernels be tested that share memory.
    private const int ThreadsPerWarp = 4, WarpsPerMultiprocessor = 4, Multiprocessors = 1;

    /// <inheritdoc/>
    public string Name => "ilgpu-cpu";

    /// <inheritdoc/>
    public int? AutoOrder => null;

    /// <inheritdoc/>
    public IReadOnlyList<DeviceInfo> Devices { get; } =
        [new("ilgpu-cpu", "ILGPU's simulator, for tests only", GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)];

    /// <inheritdoc/>
    public Backend Open(int index)
    {
        var context = IlgpuContext.Create(builder =>
            builder.CPU(new CPUDevice(ThreadsPerWarp, WarpsPerMultiprocessor, Multiprocessors)));
        return new IlgpuBackend(context, context.GetCPUDevice(0), Devices[index]);
    }
}
