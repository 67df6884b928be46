using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using GpuQuant.Backends.Cpu;

namespace GpuQuant.Benchmarks;

/// <summary>What one thread's integer multiply-adds reach with all sums in registers and inputs in the innermost cache.</summary>
internal static unsafe class IntPeak
{
    private const int Steps = 20_000, Sums = 8;
    private const double Seconds = 1;

    /// <summary>The instruction that the kernels for this set are made of, and its operations per second.</summary>
    public static (string Instruction, double Gops) Measure(CpuIsa isa)
    {
        var bytes = stackalloc byte[Sums * 64 + 128];
        var inputs = (byte*)(((nint)bytes + 63) / 64 * 64);
        for (var i = 0; i < Sums * 64 + 64; i++)
            inputs[i] = (byte)(i % 3);
        return isa switch
        {
            { UsesVnni: true } => ("vpdpbusd, 256 bits", Best(inputs, 32, &Vnni)),
            { Vectors: VectorSet.Avx512 } => ("vpmaddwd + vpaddd, 512 bits", Best(inputs, 32, &Avx512)),
            { Vectors: VectorSet.Avx2 } => ("vpmaddwd + vpaddd, 256 bits", Best(inputs, 16, &Avx256)),
            _ => ("32-bit products, not measured", double.NaN),
        };
    }

    private static double Best(byte* inputs, int macs, delegate*<byte*, int> loop)
    {
        var best = double.PositiveInfinity;
        for (var begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin).TotalSeconds < Seconds;)
        {
            var start = Stopwatch.GetTimestamp();
            GC.KeepAlive(loop(inputs));
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }
        return 2e-9 * macs * Sums * Steps / best;
    }

    private static int Vnni(byte* x)
    {
        Vector256<int> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        var w = Vector256.Load((sbyte*)x);
        for (var i = 0; i < Steps; i++)
        {
            x += 64 * (1 - 2 * (i & 1)); // another address each time, so that nothing can be taken out of the loop
            a = AvxVnni.MultiplyWideningAndAdd(a, Vector256.Load(x), w);
            b = AvxVnni.MultiplyWideningAndAdd(b, Vector256.Load(x + 32), w);
            c = AvxVnni.MultiplyWideningAndAdd(c, Vector256.Load(x + 64), w);
            d = AvxVnni.MultiplyWideningAndAdd(d, Vector256.Load(x + 96), w);
            e = AvxVnni.MultiplyWideningAndAdd(e, Vector256.Load(x + 128), w);
            f = AvxVnni.MultiplyWideningAndAdd(f, Vector256.Load(x + 160), w);
            g = AvxVnni.MultiplyWideningAndAdd(g, Vector256.Load(x + 192), w);
            h = AvxVnni.MultiplyWideningAndAdd(h, Vector256.Load(x + 224), w);
        }
        return Vector256.Sum(a + b + c + d + e + f + g + h);
    }

    private static int Avx512(byte* x)
    {
        Vector512<int> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        var w = Vector512.Load((short*)x);
        for (var i = 0; i < Steps; i++)
        {
            x += 64 * (1 - 2 * (i & 1)); // another address each time, so that nothing can be taken out of the loop
            a += Avx512BW.MultiplyAddAdjacent(Vector512.Load((short*)x), w);
            b += Avx512BW.MultiplyAddAdjacent(Vector512.Load((short*)x + 32), w);
            c += Avx512BW.MultiplyAddAdjacent(Vector512.Load((short*)x + 64), w);
            d += Avx512BW.MultiplyAddAdjacent(Vector512.Load((short*)x + 96), w);
            e += Avx512BW.MultiplyAddAdjacent(Vector512.Load((short*)x + 128), w);
            f += Avx512BW.MultiplyAddAdjacent(Vector512.Load((short*)x + 160), w);
            g += Avx512BW.MultiplyAddAdjacent(Vector512.Load((short*)x + 192), w);
            h += Avx512BW.MultiplyAddAdjacent(Vector512.Load((short*)x + 224), w);
        }
        return Vector512.Sum(a + b + c + d + e + f + g + h);
    }

    private static int Avx256(byte* x)
    {
        Vector256<int> a = default, b = default, c = default, d = default, e = default, f = default, g = default, h = default;
        var w = Vector256.Load((short*)x);
        for (var i = 0; i < Steps; i++)
        {
            x += 64 * (1 - 2 * (i & 1)); // another address each time, so that nothing can be taken out of the loop
            a += Avx2.MultiplyAddAdjacent(Vector256.Load((short*)x), w);
            b += Avx2.MultiplyAddAdjacent(Vector256.Load((short*)x + 16), w);
            c += Avx2.MultiplyAddAdjacent(Vector256.Load((short*)x + 32), w);
            d += Avx2.MultiplyAddAdjacent(Vector256.Load((short*)x + 48), w);
            e += Avx2.MultiplyAddAdjacent(Vector256.Load((short*)x + 64), w);
            f += Avx2.MultiplyAddAdjacent(Vector256.Load((short*)x + 80), w);
            g += Avx2.MultiplyAddAdjacent(Vector256.Load((short*)x + 96), w);
            h += Avx2.MultiplyAddAdjacent(Vector256.Load((short*)x + 112), w);
        }
        return Vector256.Sum(a + b + c + d + e + f + g + h);
    }
}
