using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

/// <summary>128-bit vectors of any processor: the two 16-bit halves of 32-bit numbers are multiplied one after the other.</summary>
internal readonly unsafe struct PortableIntKernels : IIntKernels
{
    public static int ElementBytes => 2;

    public static void Multiply(byte* strip, int* offsets, byte* panel, in IntRuns runs, int* start, int startStride, int* sums)
    {
        for (var r = 0; r < IntTile.Rows; r++, start += startStride, sums += IntTile.Lanes)
        {
            var a = strip + offsets[r];
            var b = panel;
            Vector128<int> c0 = Vector128.Load(start), c1 = Vector128.Load(start + 4);
            Vector128<int> c2 = Vector128.Load(start + 8), c3 = Vector128.Load(start + 12);
            for (var run = runs.Count; run > 0; run--, a += runs.LineBytes)
                for (var k = 0; k < runs.Bytes; k += IntTile.StepBytes, b += 64)
                {
                    var (even, odd) = (Vector128.Create((int)*(short*)(a + k)), Vector128.Create((int)*(short*)(a + k + 2)));
                    c0 += Products(even, odd, b);
                    c1 += Products(even, odd, b + 16);
                    c2 += Products(even, odd, b + 32);
                    c3 += Products(even, odd, b + 48);
                }
            c0.Store(sums);
            c1.Store(sums + 4);
            c2.Store(sums + 8);
            c3.Store(sums + 12);
        }
    }

    public static void Requantize(int* sums, in IntLanes lanes, in IntClamp clamp, byte* target, long stride, int rows, int count)
    {
        for (var r = 0; r < rows; r++, sums += IntTile.Lanes, target += stride)
            for (var n = 0; n < count; n++)
                target[n] = (byte)RequantizeFormula.Requantize(sums[n], lanes.Multipliers[n], lanes.Left[n] - lanes.Right[n],
                    clamp.ZeroPoint, clamp.Minimum, clamp.Maximum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<int> Products(Vector128<int> even, Vector128<int> odd, byte* pairs)
    {
        var b = Vector128.Load((int*)pairs);
        return even * Vector128.ShiftRightArithmetic(b << 16, 16) + odd * Vector128.ShiftRightArithmetic(b, 16);
    }
}
