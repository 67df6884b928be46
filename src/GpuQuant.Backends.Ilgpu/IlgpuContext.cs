using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Runtime;

namespace GpuQuant.Backends.Ilgpu;

/// <summary>How all kinds of ILGPU devices set up the compiler.</summary>
internal static class IlgpuContext
{
    /// <summary>A context with some devices.</summary>
    /// <param name="addDevices">Adds them, such as <c>builder => builder.Cuda()</c>.</param>
    public static Context Create(Action<Context.Builder> addDevices) => Context.Create(builder =>
    {
        addDevices(builder);
        builder.Optimize(OptimizationLevel.O2).Inlining(InliningMode.Aggressive).EnableAlgorithms();
    });

    /// <summary>The devices that a driver offers; none where the driver is missing or fails.</summary>
    /// <param name="addDevices">Adds them to the context.</param>
    /// <param name="describe">Says what the devices of the context are.</param>
    public static IReadOnlyList<DeviceInfo> List(Action<Context.Builder> addDevices, Func<Context, IEnumerable<DeviceInfo>> describe)
    {
        try
        {
            using var context = Create(addDevices);
            return [.. describe(context)];
        }
        catch (Exception error) when (error is AcceleratorException or DllNotFoundException or EntryPointNotFoundException
            or BadImageFormatException or TypeInitializationException or NotSupportedException)
        {
            return [];
        }
    }
}
