using ILGPU;
using ILGPU.Runtime.OpenCL;

namespace GpuQuant.Backends.Ilgpu;

/// <summary>The <c>opencl</c> devices that ILGPU can use, GPUs first: those of AMD and Intel, and drivers that run on the CPU.</summary>
public sealed class OpenClProvider : IBackendProvider
{
    private readonly Lazy<IReadOnlyList<DeviceInfo>> _devices = new(() => IlgpuContext.List(AddDevices, Describe));
    private readonly Lazy<bool> _hasGpu = new(HasGpu);

    /// <inheritdoc/>
    public string Name => "opencl";

    /// <summary>After cuda where the first device is a GPU; a driver that runs on the CPU is slower than <c>cpu</c>.</summary>
    public int? AutoOrder => _hasGpu.Value ? 1 : null;

    /// <inheritdoc/>
    public IReadOnlyList<DeviceInfo> Devices => _devices.Value;

    /// <inheritdoc/>
    public string? WhyNone => Devices.Count > 0 ? null : "no OpenCL driver with generic address space is installed";

    /// <inheritdoc/>
    public Backend Open(int index)
    {
        var context = IlgpuContext.Create(AddDevices);
        return new IlgpuBackend(context, Ordered(context).ElementAt(index), Devices[index]);
    }

    private static void AddDevices(Context.Builder builder) => builder.OpenCL();

    private static IEnumerable<CLDevice> Ordered(Context context) =>
        context.Devices.OfType<CLDevice>().OrderBy(device => IsGpu(device) ? 0 : 1);

    private static bool IsGpu(CLDevice device) => device.DeviceType.HasFlag(CLDeviceType.CL_DEVICE_TYPE_GPU);

    private static IEnumerable<DeviceInfo> Describe(Context context) => Ordered(context).Select((device, i) =>
        new DeviceInfo($"opencl:{i}", $"{device.Name}, {(IsGpu(device) ? "GPU" : "no GPU")}, {device.PlatformName}", device.MemorySize));

    private static bool HasGpu()
    {
        var isGpu = false;
        IlgpuContext.List(AddDevices, context => { isGpu = context.Devices.OfType<CLDevice>().Any(IsGpu); return []; });
        return isGpu;
    }
}
