using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuQuant.Backends.Cpu;

/// <summary>AVX-VNNI: four products of bytes are summed into 32 bits by one instruction, exactly.</summary>
internal readonly unsafe struct VnniIntKernels : IIntKernels
{
    public static int ElementBytes => 1;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(byte* strip, int* offsets, byte* panel, in IntRuns runs, int* start, int startStride, int* sums)
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
                var (b0, b1) = (Vector256.Load((sbyte*)panel), Vector256.Load((sbyte*)panel + 32));
                var x = Vector256.Create(*(int*)(a0 + k)).AsByte();
                c00 = AvxVnni.MultiplyWideningAndAdd(c00, x, b0);
                c01 = AvxVnni.MultiplyWideningAndAdd(c01, x, b1);
                x = Vector256.Create(*(int*)(a1 + k)).AsByte();
                c10 = AvxVnni.MultiplyWideningAndAdd(c10, x, b0);
                c11 = AvxVnni.MultiplyWideningAndAdd(c11, x, b1);
                x = Vector256.Create(*(int*)(a2 + k)).AsByte();
                c20 = AvxVnni.MultiplyWideningAndAdd(c20, x, b0);
                c21 = AvxVnni.MultiplyWideningAndAdd(c21, x, b1);
                x = Vector256.Create(*(int*)(a3 + k)).AsByte();
                c30 = AvxVnni.MultiplyWideningAndAdd(c30, x, b0);
                c31 = AvxVnni.MultiplyWideningAndAdd(c31, x, b1);
                x = Vector256.Create(*(int*)(a4 + k)).AsByte();
                c40 = AvxVnni.MultiplyWideningAndAdd(c40, x, b0);
                c41 = AvxVnni.MultiplyWideningAndAdd(c41, x, b1);
                x = Vector256.Create(*(int*)(a5 + k)).AsByte();
                c50 = AvxVnni.MultiplyWideningAndAdd(c50, x, b0);
                c51 = AvxVnni.MultiplyWideningAndAdd(c51, x, b1);
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

    public static void Requantize(int* sums, in IntLanes lanes, in IntClamp clamp, byte* target, long stride, int rows, int count) =>
        Avx2IntKernels.Requantize(sums, lanes, clamp, target, stride, rows, count);
}
