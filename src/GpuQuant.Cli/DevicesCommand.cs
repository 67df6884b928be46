using System.CommandLine;
using GpuQuant.Backends;
using Spectre.Console;

namespace GpuQuant.Cli;

/// <summary><c>gpuquant devices</c>: the devices of this machine, and why kinds of them are missing.</summary>
internal static class DevicesCommand
{
    /// <summary>Why a kind may be missing. The directx backend does not even exist off Windows.</summary>
    private static readonly (string Kind, string Reason)[] Absences =
    [
        ("cuda", "no NVIDIA GPU found, or its driver is not installed (the CUDA toolkit is not needed)."),
        ("opencl", "no OpenCL device that ILGPU can use found, or the OpenCL loader or the vendor's driver is not installed."),
        ("directx", OperatingSystem.IsWindows() ? "no DirectX 12 device found." : "needs Windows."),
    ];

    /// <summary>Makes the command.</summary>
    public static Command Create()
    {
        var command = new Command(
            "devices", "Shows the devices of this machine and which one '--device auto' takes.\n\nExample: gpuquant devices");
        command.SetAction(parsed =>
        {
            var providers = Catalog.All<IBackendProvider>();
            CommonOptions.Output(parsed).Write(DeviceTable(providers));
            foreach (var (kind, reason) in Absences)
                if (!providers.Any(provider => provider.Name == kind && provider.Devices.Count > 0))
                    parsed.InvocationConfiguration.Output.WriteLine($"No {kind} device: {reason}");
        });
        return command;
    }

    private static Table DeviceTable(IReadOnlyList<IBackendProvider> providers)
    {
        var chosen = Devices.Auto(providers).Devices[0];
        var table = new Table().AddColumns("name", "description")
            .AddColumn("memory", column => column.RightAligned()).AddColumn("chosen by auto");
        foreach (var device in providers.SelectMany(provider => provider.Devices))
            table.AddRow(
                Markup.Escape(device.Name), Markup.Escape(device.Description), $"{device.MemoryBytes >> 20} MiB",
                device == chosen ? "yes" : "");
        return table;
    }
}
