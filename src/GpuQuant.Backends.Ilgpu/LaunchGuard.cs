using System.Reflection;
using GpuQuant.Numerics;

namespace GpuQuant.Backends.Ilgpu;

/// <summary>Says which kernel a device failed at, where the driver only gives a code.</summary>
/// <param name="device">The device's name.</param>
internal sealed class LaunchGuard(string device)
{
    private const string WhatToDo = "Update the device's driver, or use another --device.";

    private Launch? _last;

    /// <summary>Compiles a kernel.</summary>
    /// <exception cref="ComputationException">The device's compiler refused it.</exception>
    public T Load<T>(MethodInfo kernel, Func<T> load) => Try(
        load, message => $"{device} cannot compile {Name(kernel)}: {message} {WhatToDo}");

    /// <summary>What launches a kernel, and names it where that fails.</summary>
    /// <param name="kernel">The kernel.</param>
    /// <param name="grid">How many threads or groups of them.</param>
    /// <param name="launch">Launches it.</param>
    public Action Wrap(MethodInfo kernel, string grid, Action launch)
    {
        var named = new Launch(kernel, grid);
        return () =>
        {
            _last = named;
            try
            {
                launch();
            }
            catch (Exception error) when (error is not GpuQuantException)
            {
                throw new ComputationException($"{device} could not launch {named}: {Sentence(error)} {WhatToDo}", error);
            }
        };
    }

    /// <summary>Waits for the device, which reports only here what went wrong in a kernel.</summary>
    /// <exception cref="ComputationException">Something did; names the kernel launched last.</exception>
    public void Wait(Action synchronize) => Try(
        () => { synchronize(); return 0; },
        message => $"{device} failed in one of its last kernels, at the latest in {_last?.ToString() ?? "a transfer"}: {message} "
            + WhatToDo);

    private static T Try<T>(Func<T> work, Func<string, string> describe)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (error is not GpuQuantException)
        {
            throw new ComputationException(describe(Sentence(error)), error);
        }
    }

    private static string Sentence(Exception error) => error.Message.TrimEnd().TrimEnd('.') + ".";

    private static string Name(MethodInfo kernel) => $"{kernel.DeclaringType?.Name}.{kernel.Name}";

    private sealed record Launch(MethodInfo Kernel, string Grid)
    {
        public override string ToString() => $"{Name(Kernel)} over {Grid}";
    }
}
