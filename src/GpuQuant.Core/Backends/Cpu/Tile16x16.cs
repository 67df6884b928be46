using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// 16 x 16 on AVX-512: 16 accumulators for products of up to 16 columns, 17 loads for 16 multiply-adds.
/// </summary>
/// <remarks>
/// Every third row has a pointer; the two after it are reached from it by one and two row strides, which the addressing modes give for
/// nothing. Eight rows' own pointers would leave no registers.
/// </remarks>
internal readonly unsafe struct Tile16x16 : ITile
{
    public static int Rows => 16;

    public static int Columns => 16;

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* left, float* right, in TileWalk walk, float* tile)
    {
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        Vector512<float> c8 = default, c9 = default, c10 = default, c11 = default, c12 = default, c13 = default, c14 = default, c15 = default;
        var (row, row2, step, jump) = (walk.RowStride, 2 * walk.RowStride, walk.Step, walk.Jump);
        var rightStride = walk.RightStride;
        var b = (byte*)right;
        var p0 = (byte*)left;
        var p3 = (byte*)left + 3 * row;
        var p6 = (byte*)left + 6 * row;
        var p9 = (byte*)left + 9 * row;
        var p12 = (byte*)left + 12 * row;
        var p15 = (byte*)left + 15 * row;
        for (var runs = walk.Runs; runs > 0; runs--)
        {
            for (var k = walk.RunLength; k > 0; k--)
            {
                var right0 = Vector512.Load((float*)b);
                c0 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(float*)(p0)), right0, c0);
                c1 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(float*)(p0 + row)), right0, c1);
                c2 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(float*)(p0 + row2)), right0, c2);
                c3 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(float*)(p3)), right0, c3);
                c4 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(float*)(p3 + row)), right0, c4);
                c5 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(float*)(p3 + row2)), right0, c5);
                c6 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(float*)(p6)), right0, c6);
                c7 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(float*)(p6 + row)), right0, c7);
                c8 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(float*)(p6 + row2)), right0, c8);
                c9 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(float*)(p9)), right0, c9);
                c10 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(float*)(p9 + row)), right0, c10);
                c11 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(float*)(p9 + row2)), right0, c11);
                c12 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(float*)(p12)), right0, c12);
                c13 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(float*)(p12 + row)), right0, c13);
                c14 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(float*)(p12 + row2)), right0, c14);
                c15 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(float*)(p15)), right0, c15);
                p0 += step;
                p3 += step;
                p6 += step;
                p9 += step;
                p12 += step;
                p15 += step;
                b += rightStride;
            }
            p0 += jump;
            p3 += jump;
            p6 += jump;
            p9 += jump;
            p12 += jump;
            p15 += jump;
        }
        c0.Store(tile);
        c1.Store(tile + 16);
        c2.Store(tile + 32);
        c3.Store(tile + 48);
        c4.Store(tile + 64);
        c5.Store(tile + 80);
        c6.Store(tile + 96);
        c7.Store(tile + 112);
        c8.Store(tile + 128);
        c9.Store(tile + 144);
        c10.Store(tile + 160);
        c11.Store(tile + 176);
        c12.Store(tile + 192);
        c13.Store(tile + 208);
        c14.Store(tile + 224);
        c15.Store(tile + 240);
    }
}
