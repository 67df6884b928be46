using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuQuant.Backends.Cpu;

/// <summary>AVX2: two products of 16-bit numbers are summed into 32 bits; 8-bit products would saturate in 16 bits.</summary>
internal readonly unsafe struct Avx2IntKernels : IIntKernels
{
    public static int ElementBytes => 2;

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
                var (b0, b1) = (Vector256.Load((short*)panel), Vector256.Load((short*)panel + 16));
                var x = Vector256.Create(*(int*)(a0 + k)).AsInt16();
                c00 += Avx2.MultiplyAddAdjacent(x, b0);
                c01 += Avx2.MultiplyAddAdjacent(x, b1);
                x = Vector256.Create(*(int*)(a1 + k)).AsInt16();
                c10 += Avx2.MultiplyAddAdjacent(x, b0);
                c11 += Avx2.MultiplyAddAdjacent(x, b1);
                x = Vector256.Create(*(int*)(a2 + k)).AsInt16();
                c20 += Avx2.MultiplyAddAdjacent(x, b0);
                c21 += Avx2.MultiplyAddAdjacent(x, b1);
                x = Vector256.Create(*(int*)(a3 + k)).AsInt16();
                c30 += Avx2.MultiplyAddAdjacent(x, b0);
                c31 += Avx2.MultiplyAddAdjacent(x, b1);
                x = Vector256.Create(*(int*)(a4 + k)).AsInt16();
                c40 += Avx2.MultiplyAddAdjacent(x, b0);
                c41 += Avx2.MultiplyAddAdjacent(x, b1);
                x = Vector256.Create(*(int*)(a5 + k)).AsInt16();
                c50 += Avx2.MultiplyAddAdjacent(x, b0);
                c51 += Avx2.MultiplyAddAdjacent(x, b1);
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

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Requantize(int* sums, in IntLanes lanes, in IntClamp clamp, byte* target, long stride, int rows, int count)
    {
        var (low, high) = (FixedPointVector.Load(lanes, 0), FixedPointVector.Load(lanes, 8));
        var zeroPoint = Vector256.Create((short)clamp.ZeroPoint);
        // The two halves of a row and two rows meet in 128-bit lanes; this order of 4-byte groups puts them side by side again.
        var order = Vector256.Create(0, 4, 1, 5, 2, 6, 3, 7);
        for (var r = 0; r < rows; r += 2, sums += 2 * IntTile.Lanes, target += 2 * stride)
        {
            var first = Avx2.PackSignedSaturate(low.Apply(Vector256.Load(sums)), high.Apply(Vector256.Load(sums + 8)));
            var second = Avx2.PackSignedSaturate(low.Apply(Vector256.Load(sums + 16)), high.Apply(Vector256.Load(sums + 24)));
            var bytes = Clamp(Avx2.AddSaturate(first, zeroPoint), Avx2.AddSaturate(second, zeroPoint), clamp);
            var ordered = Avx2.PermuteVar8x32(bytes.AsInt32(), order).AsByte();
            PartialStore.Bytes(ordered.GetLower(), target, count);
            if (r + 1 < rows)
                PartialStore.Bytes(ordered.GetUpper(), target + stride, count);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Clamp(Vector256<short> first, Vector256<short> second, in IntClamp clamp)
    {
        if (!clamp.IsSigned)
            return Avx2.Min(Avx2.Max(Avx2.PackUnsignedSaturate(first, second), Vector256.Create((byte)clamp.Minimum)),
                Vector256.Create((byte)clamp.Maximum));
        return Avx2.Min(Avx2.Max(Avx2.PackSignedSaturate(first, second), Vector256.Create((sbyte)clamp.Minimum)),
            Vector256.Create((sbyte)clamp.Maximum)).AsByte();
    }
}
