namespace GpuQuant.Backends;

/// <summary>A kind of device: finds those present and opens one.</summary>
public interface IBackendProvider : INamed
{
    /// <summary>The order in which <c>--device auto</c> tries the kinds, lowest first; null: never chosen by itself.</summary>
    int? AutoOrder { get; }

    /// <summary>The devices of this kind on this machine; empty when there are none or no driver is installed.</summary>
    IReadOnlyList<DeviceInfo> Devices { get; }

    /// <summary>Why there are no devices, as a clause: "no NVIDIA driver is installed"; null if there are, or nothing is known.</summary>
    string? WhyNone => null;

    /// <summary>Opens the device at that position in <see cref="Devices"/>.</summary>
    Backend Open(int index);
}
