using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// 12 x 32 on AVX-512: 24 accumulators, 14 loads for 24 multiply-adds. For products whose rows all follow each other.
/// </summary>
/// <remarks>
/// Every third row has a pointer; the two after it are reached from it by one and two row strides, which the addressing modes give for
/// nothing. Eight rows' own pointers would leave no registers.
/// </remarks>
internal readonly unsafe struct Tile12x32 : ITile
{
    public static int Rows => 12;

    public static int Columns => 32;

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* left, float* right, in TileWalk walk, float* tile)
    {
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        Vector512<float> c8 = default, c9 = default, c10 = default, c11 = default;
        Vector512<float> d0 = default, d1 = default, d2 = default, d3 = default, d4 = default, d5 = default, d6 = default, d7 = default;
        Vector512<float> d8 = default, d9 = default, d10 = default, d11 = default;
        var (row, row2, step, jump) = (walk.RowStride, 2 * walk.RowStride, walk.Step, walk.Jump);
        var rightStride = walk.RightStride;
        var ahead = TileWalk.StepsAhead * rightStride;
        var (later, laterStep) = (walk.Later == 0 ? (nint)right : walk.Later, walk.LaterStep);
        var b = (byte*)right;
        var p0 = (byte*)left;
        var p3 = (byte*)left + 3 * row;
        var p6 = (byte*)left + 6 * row;
        var p9 = (byte*)left + 9 * row;
        for (var runs = walk.Runs; runs > 0; runs--)
        {
            for (var k = walk.RunLength; k > 0; k--)
            {
                Sse.Prefetch1((void*)later);
                Sse.Prefetch0(b + ahead);
                Sse.Prefetch0(b + ahead + 64);
                var right0 = Vector512.Load((float*)b);
                var right1 = Vector512.Load((float*)b + 16);
                var broadcast = Vector512.Create(*(float*)p0);
                c0 = Avx512F.FusedMultiplyAdd(broadcast, right0, c0);
                d0 = Avx512F.FusedMultiplyAdd(broadcast, right1, d0);
                broadcast = Vector512.Create(*(float*)(p0 + row));
                c1 = Avx512F.FusedMultiplyAdd(broadcast, right0, c1);
                d1 = Avx512F.FusedMultiplyAdd(broadcast, right1, d1);
                broadcast = Vector512.Create(*(float*)(p0 + row2));
                c2 = Avx512F.FusedMultiplyAdd(broadcast, right0, c2);
                d2 = Avx512F.FusedMultiplyAdd(broadcast, right1, d2);
                broadcast = Vector512.Create(*(float*)p3);
                c3 = Avx512F.FusedMultiplyAdd(broadcast, right0, c3);
                d3 = Avx512F.FusedMultiplyAdd(broadcast, right1, d3);
                broadcast = Vector512.Create(*(float*)(p3 + row));
                c4 = Avx512F.FusedMultiplyAdd(broadcast, right0, c4);
                d4 = Avx512F.FusedMultiplyAdd(broadcast, right1, d4);
                broadcast = Vector512.Create(*(float*)(p3 + row2));
                c5 = Avx512F.FusedMultiplyAdd(broadcast, right0, c5);
                d5 = Avx512F.FusedMultiplyAdd(broadcast, right1, d5);
                broadcast = Vector512.Create(*(float*)p6);
                c6 = Avx512F.FusedMultiplyAdd(broadcast, right0, c6);
                d6 = Avx512F.FusedMultiplyAdd(broadcast, right1, d6);
                broadcast = Vector512.Create(*(float*)(p6 + row));
                c7 = Avx512F.FusedMultiplyAdd(broadcast, right0, c7);
                d7 = Avx512F.FusedMultiplyAdd(broadcast, right1, d7);
                broadcast = Vector512.Create(*(float*)(p6 + row2));
                c8 = Avx512F.FusedMultiplyAdd(broadcast, right0, c8);
                d8 = Avx512F.FusedMultiplyAdd(broadcast, right1, d8);
                broadcast = Vector512.Create(*(float*)p9);
                c9 = Avx512F.FusedMultiplyAdd(broadcast, right0, c9);
                d9 = Avx512F.FusedMultiplyAdd(broadcast, right1, d9);
                broadcast = Vector512.Create(*(float*)(p9 + row));
                c10 = Avx512F.FusedMultiplyAdd(broadcast, right0, c10);
                d10 = Avx512F.FusedMultiplyAdd(broadcast, right1, d10);
                broadcast = Vector512.Create(*(float*)(p9 + row2));
                c11 = Avx512F.FusedMultiplyAdd(broadcast, right0, c11);
                d11 = Avx512F.FusedMultiplyAdd(broadcast, right1, d11);
                p0 += step;
                p3 += step;
                p6 += step;
                p9 += step;
                b += rightStride;
                later += laterStep;
            }
            p0 += jump;
            p3 += jump;
            p6 += jump;
            p9 += jump;
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
        c8.Store(tile + 256);
        d8.Store(tile + 272);
        c9.Store(tile + 288);
        d9.Store(tile + 304);
        c10.Store(tile + 320);
        d10.Store(tile + 336);
        c11.Store(tile + 352);
        d11.Store(tile + 368);
    }
}
