using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GpuQuant.Backends.Cpu;

namespace GpuQuant.Experiments;

/// <summary>
/// The processor's peak of float32 arithmetic: twelve independent chains of fused multiply-adds that never leave the registers, more
/// than a core's two units times their latency of four cycles can have in flight.
/// </summary>
public static class FmaPeak
{
    private const int Chains = 12;
    private const int Rounds = 2_000_000;

    /// <summary>Keeps the sums: a result that nobody reads would not be computed.</summary>
    private static float _sink;

    /// <summary>10^9 floating-point operations per second of so many threads together: the best of some samples, a few ms each.</summary>
    /// <param name="threads">The threads that work at once.</param>
    /// <param name="vectors">The instructions.</param>
    /// <param name="samples">How often it is measured.</param>
    public static double Gflops(int threads, VectorSet vectors, int samples)
    {
        var (run, width) = vectors switch
        {
            VectorSet.Avx512 => ((Func<int, float>)Chains512, Vector512<float>.Count),
            VectorSet.Avx2 => (Chains256, Vector256<float>.Count),
            _ => (Chains128, Vector128<float>.Count),
        };
        var operations = 2.0 * Chains * width * Rounds * threads;
        return Enumerable.Range(0, samples).Max(_ => operations / ThreadTeam.Seconds(threads, _ => _sink = run(Rounds))) / 1e9;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Chains512(int rounds)
    {
        var (scale, shift) = (Vector512.Create(0.5f), Vector512.Create(1f));
        Vector512<float> a = default, b = default, c = default, d = default, e = default, f = default;
        Vector512<float> g = default, h = default, i = default, j = default, k = default, l = default;
        for (var round = 0; round < rounds; round++)
        {
            (a, b) = (Vector512.MultiplyAddEstimate(a, scale, shift), Vector512.MultiplyAddEstimate(b, scale, shift));
            (c, d) = (Vector512.MultiplyAddEstimate(c, scale, shift), Vector512.MultiplyAddEstimate(d, scale, shift));
            (e, f) = (Vector512.MultiplyAddEstimate(e, scale, shift), Vector512.MultiplyAddEstimate(f, scale, shift));
            (g, h) = (Vector512.MultiplyAddEstimate(g, scale, shift), Vector512.MultiplyAddEstimate(h, scale, shift));
            (i, j) = (Vector512.MultiplyAddEstimate(i, scale, shift), Vector512.MultiplyAddEstimate(j, scale, shift));
            (k, l) = (Vector512.MultiplyAddEstimate(k, scale, shift), Vector512.MultiplyAddEstimate(l, scale, shift));
        }
        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Chains256(int rounds)
    {
        var (scale, shift) = (Vector256.Create(0.5f), Vector256.Create(1f));
        Vector256<float> a = default, b = default, c = default, d = default, e = default, f = default;
        Vector256<float> g = default, h = default, i = default, j = default, k = default, l = default;
        for (var round = 0; round < rounds; round++)
        {
            (a, b) = (Vector256.MultiplyAddEstimate(a, scale, shift), Vector256.MultiplyAddEstimate(b, scale, shift));
            (c, d) = (Vector256.MultiplyAddEstimate(c, scale, shift), Vector256.MultiplyAddEstimate(d, scale, shift));
            (e, f) = (Vector256.MultiplyAddEstimate(e, scale, shift), Vector256.MultiplyAddEstimate(f, scale, shift));
            (g, h) = (Vector256.MultiplyAddEstimate(g, scale, shift), Vector256.MultiplyAddEstimate(h, scale, shift));
            (i, j) = (Vector256.MultiplyAddEstimate(i, scale, shift), Vector256.MultiplyAddEstimate(j, scale, shift));
            (k, l) = (Vector256.MultiplyAddEstimate(k, scale, shift), Vector256.MultiplyAddEstimate(l, scale, shift));
        }
        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float Chains128(int rounds)
    {
        var (scale, shift) = (Vector128.Create(0.5f), Vector128.Create(1f));
        Vector128<float> a = default, b = default, c = default, d = default, e = default, f = default;
        Vector128<float> g = default, h = default, i = default, j = default, k = default, l = default;
        for (var round = 0; round < rounds; round++)
        {
            (a, b) = (Vector128.MultiplyAddEstimate(a, scale, shift), Vector128.MultiplyAddEstimate(b, scale, shift));
            (c, d) = (Vector128.MultiplyAddEstimate(c, scale, shift), Vector128.MultiplyAddEstimate(d, scale, shift));
            (e, f) = (Vector128.MultiplyAddEstimate(e, scale, shift), Vector128.MultiplyAddEstimate(f, scale, shift));
            (g, h) = (Vector128.MultiplyAddEstimate(g, scale, shift), Vector128.MultiplyAddEstimate(h, scale, shift));
            (i, j) = (Vector128.MultiplyAddEstimate(i, scale, shift), Vector128.MultiplyAddEstimate(j, scale, shift));
            (k, l) = (Vector128.MultiplyAddEstimate(k, scale, shift), Vector128.MultiplyAddEstimate(l, scale, shift));
        }
        return Vector128.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
