namespace GpuQuant.Experiments;

/// <summary>The least time that a kernel can take on a machine (Williams et al. 2009): it cannot beat either of two peaks.</summary>
/// <param name="Seconds">The larger of the two times.</param>
/// <param name="Limit">Which of them that is.</param>
public readonly record struct Roofline(double Seconds, RooflineLimit Limit)
{
    /// <summary>The bound of some work.</summary>
    /// <param name="macs">Multiply-accumulate operations, two floating-point operations each.</param>
    /// <param name="bytes">Bytes read and written.</param>
    /// <param name="gflops">The peak of arithmetic, 10^9 floating-point operations per second; null: not known, so no limit.</param>
    /// <param name="gigabytesPerSecond">The peak of moving bytes, read and written ones counted alike.</param>
    /// <example>
    /// 10^9 MACs over 10^7 bytes at 100 GFLOP/s and 10 GB/s: 20 ms of arithmetic against 1 ms of memory, so 20 ms, compute.
    /// </example>
    public static Roofline Of(long macs, long bytes, double? gflops, double gigabytesPerSecond)
    {
        var compute = gflops is { } peak ? 2.0 * macs / (peak * 1e9) : 0;
        var memory = bytes / (gigabytesPerSecond * 1e9);
        return compute >= memory ? new(compute, RooflineLimit.Compute) : new(memory, RooflineLimit.Memory);
    }
}
