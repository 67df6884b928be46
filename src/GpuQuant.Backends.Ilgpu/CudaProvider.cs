using ILGPU;
using ILGPU.Runtime.Cuda;

namespace GpuQuant.Backends.Ilgpu;

/// <summary>The <c>cuda</c> devices: NVIDIA GPUs with their driver. No toolkit is needed.</summary>
public sealed class CudaProvider : IBackendProvider
{
    private readonly Lazy<IReadOnlyList<DeviceInfo>> _devices = new(() => IlgpuContext.List(AddDevices, Describe));

    /// <inheritdoc/>
    public string Name => "cuda";

    /// <inheritdoc/>
    public int? AutoOrder => 0;

    /// <inheritdoc/>
    public IReadOnlyList<DeviceInfo> Devices => _devices.Value;

    /// <inheritdoc/>
    public string? WhyNone => CudaDriver.Ask().WhyNone();

    /// <inheritdoc/>
    public Backend Open(int index)
    {
        var context = IlgpuContext.Create(AddDevices);
        return new IlgpuBackend(context, context.GetCudaDevice(index), Devices[index]);
    }

    private static void AddDevices(Context.Builder builder) => builder.Cuda();

    private static IEnumerable<DeviceInfo> Describe(Context context) => context.Devices.OfType<CudaDevice>().Select((device, i) =>
        new DeviceInfo(
            $"cuda:{i}", $"{device.Name}, compute capability {device.Architecture?.Major}.{device.Architecture?.Minor}",
            device.MemorySize));
}
