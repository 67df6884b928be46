using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;

namespace GpuQuant.Experiments;

/// <summary>What a device can do at best, measured on it.</summary>
/// <param name="Gflops">Float32 arithmetic, 10^9 floating-point operations per second; null where it is not known.</param>
/// <param name="GflopsSource">Where that number comes from: "FMA" or "GEMM".</param>
/// <param name="Copies">Copy bandwidths by the bytes that the copy touches, the smallest first.</param>
public sealed record MachinePeaks(double? Gflops, string GflopsSource, IReadOnlyList<CopyBandwidth> Copies)
{
    /// <summary>Measures a device. A processor's arithmetic is measured in its registers; other devices' stays unknown.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="threads">The processor's threads that work.</param>
    /// <param name="isQuick">Fewer sizes and repetitions.</param>
    public static MachinePeaks Measure(Backend backend, int threads, bool isQuick) => backend is CpuBackend cpu
        ? new(FmaPeak.Gflops(threads, cpu.Isa.Vectors, isQuick ? 5 : 20), "FMA", CopyBandwidth.OfProcessor(threads, isQuick))
        : new(null, "", CopyBandwidth.OfDevice(backend, isQuick));

    /// <summary>
    /// The bandwidth for work that touches so many bytes: that of the smallest copy measured that is no smaller, since what fits a
    /// cache moves at the cache's speed.
    /// </summary>
    public double BandwidthFor(long bytes) =>
        (Copies.FirstOrDefault(copy => copy.Bytes >= bytes) ?? Copies[^1]).GigabytesPerSecond;

    /// <summary>The bound of some work on this device.</summary>
    public Roofline Bound(long macs, long bytes) => Roofline.Of(macs, bytes, Gflops, BandwidthFor(bytes));
}
