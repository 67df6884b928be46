using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuQuant.Backends.Cpu;

/// <summary>AVX2: two products of 16-bit numbers are summed into 32 bits; 8-bit products would saturate in 16 bits.</summary>
internal readonly unsafe struct Avx2IntKernels : IIntKernels, IIntStep
{
    public static int ElementBytes => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sums, Vector256<byte> pixel, Vector256<byte> weights) =>
        sums + Avx2.MultiplyAddAdjacent(pixel.AsInt16(), weights.AsInt16());

    public static void Multiply(byte* strip, int* offsets, byte* panel, in IntRuns runs, int* start, int startStride, int* sums) =>
        IntTile256.Multiply<Avx2IntKernels>(strip, offsets, panel, runs, start, startStride, sums);

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
