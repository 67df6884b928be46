using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuQuant.Backends.Cpu;

/// <summary>AVX-512BW: two products of 16-bit numbers are summed into 32 bits; 8-bit products would saturate in 16 bits.</summary>
internal readonly unsafe struct Avx512IntKernels : IIntKernels
{
    public static int ElementBytes => 2;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(byte* strip, int* offsets, byte* panel, in IntRuns runs, int* start, int startStride, int* sums)
    {
        byte* a0 = strip + offsets[0], a1 = strip + offsets[1], a2 = strip + offsets[2];
        byte* a3 = strip + offsets[3], a4 = strip + offsets[4], a5 = strip + offsets[5];
        Vector512<int> c0 = Vector512.Load(start), c1 = Vector512.Load(start + startStride), c2 = Vector512.Load(start + 2 * startStride);
        Vector512<int> c3 = Vector512.Load(start += 3 * startStride), c4 = Vector512.Load(start + startStride);
        var c5 = Vector512.Load(start + 2 * startStride);
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
        Requantize(new FixedPointVector512(lanes), sums, clamp, target, stride, rows, count);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Requantize(
        in FixedPointVector512 factors, int* sums, in IntClamp clamp, byte* target, long stride, int rows, int count)
    {
        var zeroPoint = Vector512.Create(clamp.ZeroPoint);
        var (minimum, maximum) = (Vector512.Create(clamp.Minimum), Vector512.Create(clamp.Maximum));
        for (var r = 0; r < rows; r++, sums += IntTile.Lanes, target += stride)
        {
            var q = Vector512.Min(Vector512.Max(factors.Apply(Vector512.Load(sums)) + zeroPoint, minimum), maximum);
            PartialStore.Bytes(Avx512F.ConvertToVector128Byte(q), target, count);
        }
    }
}
