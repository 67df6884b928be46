using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// 8 x 48 on AVX-512: 24 accumulators, 11 loads for 24 multiply-adds. For products whose width is a multiple of 48.
/// </summary>
/// <remarks>
/// Every third row has a pointer; the two after it are reached from it by one and two row strides, which the addressing modes give for
/// nothing. Eight rows' own pointers would leave no registers.
/// </remarks>
internal readonly unsafe struct Tile8x48 : ITile
{
    public static int Rows => 8;

    public static int Columns => 48;

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* left, float* right, in TileWalk walk, float* tile)
    {
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        Vector512<float> d0 = default, d1 = default, d2 = default, d3 = default, d4 = default, d5 = default, d6 = default, d7 = default;
        Vector512<float> e0 = default, e1 = default, e2 = default, e3 = default, e4 = default, e5 = default, e6 = default, e7 = default;
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
                Sse.Prefetch0(b + ahead + 128);
                var right0 = Vector512.Load((float*)b);
                var right1 = Vector512.Load((float*)b + 16);
                var right2 = Vector512.Load((float*)b + 32);
                var broadcast = Vector512.Create(*(float*)p0);
                c0 = Avx512F.FusedMultiplyAdd(broadcast, right0, c0);
                d0 = Avx512F.FusedMultiplyAdd(broadcast, right1, d0);
                e0 = Avx512F.FusedMultiplyAdd(broadcast, right2, e0);
                broadcast = Vector512.Create(*(float*)(p0 + row));
                c1 = Avx512F.FusedMultiplyAdd(broadcast, right0, c1);
                d1 = Avx512F.FusedMultiplyAdd(broadcast, right1, d1);
                e1 = Avx512F.FusedMultiplyAdd(broadcast, right2, e1);
                broadcast = Vector512.Create(*(float*)(p0 + row2));
                c2 = Avx512F.FusedMultiplyAdd(broadcast, right0, c2);
                d2 = Avx512F.FusedMultiplyAdd(broadcast, right1, d2);
                e2 = Avx512F.FusedMultiplyAdd(broadcast, right2, e2);
                broadcast = Vector512.Create(*(float*)p3);
                c3 = Avx512F.FusedMultiplyAdd(broadcast, right0, c3);
                d3 = Avx512F.FusedMultiplyAdd(broadcast, right1, d3);
                e3 = Avx512F.FusedMultiplyAdd(broadcast, right2, e3);
                broadcast = Vector512.Create(*(float*)(p3 + row));
                c4 = Avx512F.FusedMultiplyAdd(broadcast, right0, c4);
                d4 = Avx512F.FusedMultiplyAdd(broadcast, right1, d4);
                e4 = Avx512F.FusedMultiplyAdd(broadcast, right2, e4);
                broadcast = Vector512.Create(*(float*)(p3 + row2));
                c5 = Avx512F.FusedMultiplyAdd(broadcast, right0, c5);
                d5 = Avx512F.FusedMultiplyAdd(broadcast, right1, d5);
                e5 = Avx512F.FusedMultiplyAdd(broadcast, right2, e5);
                broadcast = Vector512.Create(*(float*)p6);
                c6 = Avx512F.FusedMultiplyAdd(broadcast, right0, c6);
                d6 = Avx512F.FusedMultiplyAdd(broadcast, right1, d6);
                e6 = Avx512F.FusedMultiplyAdd(broadcast, right2, e6);
                broadcast = Vector512.Create(*(float*)(p6 + row));
                c7 = Avx512F.FusedMultiplyAdd(broadcast, right0, c7);
                d7 = Avx512F.FusedMultiplyAdd(broadcast, right1, d7);
                e7 = Avx512F.FusedMultiplyAdd(broadcast, right2, e7);
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
        e0.Store(tile + 32);
        c1.Store(tile + 48);
        d1.Store(tile + 64);
        e1.Store(tile + 80);
        c2.Store(tile + 96);
        d2.Store(tile + 112);
        e2.Store(tile + 128);
        c3.Store(tile + 144);
        d3.Store(tile + 160);
        e3.Store(tile + 176);
        c4.Store(tile + 192);
        d4.Store(tile + 208);
        e4.Store(tile + 224);
        c5.Store(tile + 240);
        d5.Store(tile + 256);
        e5.Store(tile + 272);
        c6.Store(tile + 288);
        d6.Store(tile + 304);
        e6.Store(tile + 320);
        c7.Store(tile + 336);
        d7.Store(tile + 352);
        e7.Store(tile + 368);
    }
}
