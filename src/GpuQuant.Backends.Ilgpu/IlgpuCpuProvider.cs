using ILGPU.Runtime.CPU;

namespace GpuQuant.Backends.Ilgpu;

/// <summary>The <c>ilgpu-cpu</c> device: ILGPU's simulator, which runs the GPU kernels on any machine, slowly. For tests only.</summary>
public sealed class IlgpuCpuProvider : IBackendProvider
{
    /// <inheritdoc/>
    public string Name => "ilgpu-cpu";

    /// <inheritdoc/>
    public int? AutoOrder => null;

    /// <inheritdoc/>
    public IReadOnlyList<DeviceInfo> Devices { get; } =
        [new("ilgpu-cpu", "ILGPU's simulator, for tests only", GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)];

    /// <inheritdoc/>
    /// <remarks>Every simulated thread is a thread of the system: few of them run fastest.</remarks>
    public Backend Open(int index) => Simulate(new(numThreadsPerWarp: 4, numWarpsPerMultiprocessor: 4, numMultiprocessors: 1));

    /// <summary>
    /// Opens a simulator with groups as large as a GPU's, which runs the kernels that share memory within a group; slower still.
    /// </summary>
    /// <param name="warpSize">Threads of a warp; those of 32 do what tensor cores do.</param>
    public Backend OpenWithGroups(int warpSize) =>
        Simulate(new(numThreadsPerWarp: warpSize, numWarpsPerMultiprocessor: 256 / warpSize, numMultiprocessors: 1));

    private IlgpuBackend Simulate(CPUDevice device)
    {
        var context = IlgpuContext.Create(builder => builder.CPU(device));
        return new IlgpuBackend(context, context.GetCPUDevice(0), Devices[0]);
    }
}
