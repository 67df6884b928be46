using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>A step of a 256-bit integer product: 4 bytes of a pixel, repeated 8 times, with 8 outputs' weights.</summary>
internal interface IIntStep
{
    /// <summary>sums + the products of each 4 bytes of <paramref name="pixel"/> and <paramref name="weights"/>.</summary>
    static abstract Vector256<int> Add(Vector256<int> sums, Vector256<byte> pixel, Vector256<byte> weights);
}

/// <summary>The tile of 256-bit integer kernels: 6 pixels by 16 outputs in 12 registers.</summary>
internal static unsafe class IntTile256
{
    /// <summary><see cref="IIntProducts.Multiply"/> in steps of one kind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply<TStep>(byte* strip, int* offsets, byte* panel, in IntRuns runs, int* start, int startStride, int* sums)
        where TStep : struct, IIntStep
    {
        byte* a0 = strip + offsets[0], a1 = strip + offsets[1], a2 = strip + offsets[2];
        byte* a3 = strip + offsets[3], a4 = strip + offsets[4], a5 = strip + offsets[5];
        Vector256<int> c00 = Vector256.Load(start), c01 = Vector256.Load(start + 8);
        Vector256<int> c10 = Vector256.Load(start += startStride), c11 = Vector256.Load(start + 8);
        Vector256<int> c20 = Vector256.Load(start += startStride), c21 = Vector256.Load(start + 8);
        Vector256<int> c30 = Vector256.Load(start += startStride), c31 = Vector256.Load(start + 8);
        Vector256<int> c40 = Vector256.Load(start += startStride), c41 = Vector256.Load(start + 8);
        Vector256<int> c50 = Vector256.Load(start += startStride), c51 = Vector256.Load(start + 8);
        nint k = 0, bytes = runs.Bytes, gap = runs.LineBytes - runs.Bytes;
        for (var run = runs.Count; run > 0; run--)
        {
            for (var end = k + bytes; k < end; k += IntTile.StepBytes, panel += 64)
            {
                var (b0, b1) = (Vector256.Load(panel), Vector256.Load(panel + 32));
                var x = Vector256.Create(*(int*)(a0 + k)).AsByte();
                c00 = TStep.Add(c00, x, b0);
                c01 = TStep.Add(c01, x, b1);
                x = Vector256.Create(*(int*)(a1 + k)).AsByte();
                c10 = TStep.Add(c10, x, b0);
                c11 = TStep.Add(c11, x, b1);
                x = Vector256.Create(*(int*)(a2 + k)).AsByte();
                c20 = TStep.Add(c20, x, b0);
                c21 = TStep.Add(c21, x, b1);
                x = Vector256.Create(*(int*)(a3 + k)).AsByte();
                c30 = TStep.Add(c30, x, b0);
                c31 = TStep.Add(c31, x, b1);
                x = Vector256.Create(*(int*)(a4 + k)).AsByte();
                c40 = TStep.Add(c40, x, b0);
                c41 = TStep.Add(c41, x, b1);
                x = Vector256.Create(*(int*)(a5 + k)).AsByte();
                c50 = TStep.Add(c50, x, b0);
                c51 = TStep.Add(c51, x, b1);
            }
            k += gap;
        }
        c00.Store(sums);
        c01.Store(sums + 8);
        c10.Store(sums + 16);
        c11.Store(sums + 24);
        c20.Store(sums + 32);
        c21.Store(sums + 40);
        c30.Store(sums + 48);
        c31.Store(sums + 56);
        c40.Store(sums + 64);
        c41.Store(sums + 72);
        c50.Store(sums + 80);
        c51.Store(sums + 88);
    }
}
