namespace GpuQuant.Backends.Cpu;

/// <summary>The <c>cpu</c> device: always there, the last choice of <c>auto</c>.</summary>
public sealed class CpuProvider : IBackendProvider
{
    /// <inheritdoc/>
    public string Name => "cpu";

    /// <inheritdoc/>
    public int? AutoOrder => 100;

    /// <inheritdoc/>
    public IReadOnlyList<DeviceInfo> Devices =>
        [new("cpu", CpuBackend.Describe(Environment.ProcessorCount, CpuIsa.Detect()), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)];

    /// <inheritdoc/>
    public Backend Open(int index) => new CpuBackend();
}
