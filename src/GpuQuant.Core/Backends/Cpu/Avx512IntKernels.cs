using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuQuant.Backends.Cpu;

/// <summary>AVX-512BW: two products of 16-bit numbers are summed into 32 bits; 8-bit products would saturate in 16 bits.</summary>
internal readonly unsafe struct Avx512IntKernels : IIntKernels
{
    public static int ElementBytes => 2;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(byte* strip, int* offsets, byte* panel, in IntRuns runs, int* start, int* sums)
    {
        byte* a0 = strip + offsets[0], a1 = strip + offsets[1], a2 = strip + offsets[2];
        byte* a3 = strip + offsets[3], a4 = strip + offsets[4], a5 = strip + offsets[5];
        var c0 = Vector512.Load(start);
        Vector512<int> c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0;
        nint k = 0, bytes = runs.Bytes, gap = runs.LineBytes - runs.Bytes;
        for (var run = runs.Count; run > 0; run--)
        {
            for (var end = k + bytes; k < end; k += IntTile.StepBytes, panel += 64)
            {
                var b = Vector512.Load((short*)panel);
                c0 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)(a0 + k)).AsInt16(), b);
                c1 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)(a1 + k)).AsInt16(), b);
                c2 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)(a2 + k)).AsInt16(), b);
                c3 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)(a3 + k)).AsInt16(), b);
                c4 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)(a4 + k)).AsInt16(), b);
                c5 += Avx512BW.MultiplyAddAdjacent(Vector512.Create(*(int*)(a5 + k)).AsInt16(), b);
            }
            k += gap;
        }
        c0.Store(sums);
        c1.Store(sums + 16);
        c2.Store(sums + 32);
        c3.Store(sums + 48);
        c4.Store(sums + 64);
        c5.Store(sums + 80);
    }

    public static void Requantize(int* sums, in IntLanes lanes, in IntClamp clamp, byte* target, long stride, int rows, int count) =>
        Avx2IntKernels.Requantize(sums, lanes, clamp, target, stride, rows, count);
}
