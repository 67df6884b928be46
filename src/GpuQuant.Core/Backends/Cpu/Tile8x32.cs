using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// 8 x 32 on AVX-512: 16 accumulators, 10 loads for 16 multiply-adds. For products at least 17 columns wide.
/// </summary>
/// <remarks>
/// Every third row has a pointer; the two after it are reached from it by one and two row strides, which the addressing modes give for
/// nothing. Eight rows' own pointers would leave no registers.
/// </remarks>
internal readonly unsafe struct Tile8x32 : ITile
{
    public static int Rows => 8;

    public static int Columns => 32;

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* left, float* right, in TileWalk walk, float* tile)
    {
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        Vector512<float> d0 = default, d1 = default, d2 = default, d3 = default, d4 = default, d5 = default, d6 = default, d7 = default;
        var (row, row2, step, jump) = (walk.RowStride, 2 * walk.RowStride, walk.Step, walk.Jump);
        var rightStride = walk.RightStride;
        var ahead = TileWalk.StepsAhead * rightStride;
        var (later, laterStep) = (walk.Later == 0 ? (nint)right : walk.Later, walk.LaterStep);
        var b = (byte*)right;
        var p0 = (byte*)left;
        var p3 = (byte*)left + 3 * row;
        var p6 = (byte*)left + 6 * row;
        for (var runs = walk.Runs; runs > 0; runs--)
        {
            for (var k = walk.RunLength; k > 0; k--)
            {
                Sse.Prefetch1((void*)later);
                Sse.Prefetch0(b + ahead);
                Sse.Prefetch0(b + ahead + 64);
                var right0 = Vector512.Load((float*)b);
                var right1 = Vector512.Load((float*)b + 16);
                var broadcast = Vector512.Create(*(float*)(p0));
                c0 = Avx512F.FusedMultiplyAdd(broadcast, right0, c0);
                d0 = Avx512F.FusedMultiplyAdd(broadcast, right1, d0);
                broadcast = Vector512.Create(*(float*)(p0 + row));
                c1 = Avx512F.FusedMultiplyAdd(broadcast, right0, c1);
                d1 = Avx512F.FusedMultiplyAdd(broadcast, right1, d1);
                broadcast = Vector512.Create(*(float*)(p0 + row2));
                c2 = Avx512F.FusedMultiplyAdd(broadcast, right0, c2);
                d2 = Avx512F.FusedMultiplyAdd(broadcast, right1, d2);
                broadcast = Vector512.Create(*(float*)(p3));
                c3 = Avx512F.FusedMultiplyAdd(broadcast, right0, c3);
                d3 = Avx512F.FusedMultiplyAdd(broadcast, right1, d3);
                broadcast = Vector512.Create(*(float*)(p3 + row));
                c4 = Avx512F.FusedMultiplyAdd(broadcast, right0, c4);
                d4 = Avx512F.FusedMultiplyAdd(broadcast, right1, d4);
                broadcast = Vector512.Create(*(float*)(p3 + row2));
                c5 = Avx512F.FusedMultiplyAdd(broadcast, right0, c5);
                d5 = Avx512F.FusedMultiplyAdd(broadcast, right1, d5);
                broadcast = Vector512.Create(*(float*)(p6));
                c6 = Avx512F.FusedMultiplyAdd(broadcast, right0, c6);
                d6 = Avx512F.FusedMultiplyAdd(broadcast, right1, d6);
                broadcast = Vector512.Create(*(float*)(p6 + row));
                c7 = Avx512F.FusedMultiplyAdd(broadcast, right0, c7);
                d7 = Avx512F.FusedMultiplyAdd(broadcast, right1, d7);
                p0 += step;
                p3 += step;
                p6 += step;
                b += rightStride;
                later += laterStep;
            }
            p0 += jump;
            p3 += jump;
            p6 += jump;
        }
        c0.Store(tile);
        d0.Store(tile + 16);
        c1.Store(tile + 32);
        d1.Store(tile + 48);
        c2.Store(tile + 64);
        d2.Store(tile + 80);
        c3.Store(tile + 96);
        d3.Store(tile + 112);
        c4.Store(tile + 128);
        d4.Store(tile + 144);
        c5.Store(tile + 160);
        d5.Store(tile + 176);
        c6.Store(tile + 192);
        d6.Store(tile + 208);
        c7.Store(tile + 224);
        d7.Store(tile + 240);
    }
}
