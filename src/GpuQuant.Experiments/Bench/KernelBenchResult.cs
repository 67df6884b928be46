using GpuQuant.Backends;

namespace GpuQuant.Experiments;

/// <summary>What <see cref="KernelBench"/> measured.</summary>
/// <param name="Device">The device.</param>
/// <param name="Peaks">What it can do at best.</param>
/// <param name="Gemms">Matrix products.</param>
/// <param name="Nets">The nets, call by call.</param>
public sealed record KernelBenchResult(
    DeviceInfo Device, MachinePeaks Peaks, IReadOnlyList<GemmRow> Gemms, IReadOnlyList<NetTotal> Nets);
