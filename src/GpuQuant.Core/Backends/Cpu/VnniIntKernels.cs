using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuQuant.Backends.Cpu;

/// <summary>AVX-VNNI: four products of bytes are summed into 32 bits by one instruction, exactly.</summary>
internal readonly unsafe struct VnniIntKernels : IIntKernels, IIntStep
{
    public static int ElementBytes => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Add(Vector256<int> sums, Vector256<byte> pixel, Vector256<byte> weights) =>
        AvxVnni.MultiplyWideningAndAdd(sums, pixel, weights.AsSByte());

    public static void Multiply(byte* strip, int* offsets, byte* panel, in IntRuns runs, int* start, int startStride, int* sums) =>
        IntTile256.Multiply<VnniIntKernels>(strip, offsets, panel, runs, start, startStride, sums);

    public static void Requantize(int* sums, in IntLanes lanes, in IntClamp clamp, byte* target, long stride, int rows, int count) =>
        Avx2IntKernels.Requantize(sums, lanes, clamp, target, stride, rows, count);
}
