using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// The innermost loops of a convolution: tile[i, j] = sum over k of rows[i][offsets[k]] * right[k * rightStride + j]. The left side is
/// read where it lies: an image with its border, eight positions in it, and a table of distances, the same for all eight. So no patch
/// is ever copied.
/// </summary>
internal static unsafe class GatherTile
{
    /// <summary>Computes a tile of 8 rows and 16 or 32 columns.</summary>
    public static void Multiply(int depth, int* offsets, float** rows, float* right, long rightStride, float* tile, int columns)
    {
        if (columns == 16)
            Multiply16(depth, offsets, rows, right, rightStride, tile);
        else
            Multiply32(depth, offsets, rows, right, rightStride, tile);
    }

    [SkipLocalsInit]
    private static void Multiply16(int depth, int* offsets, float** rows, float* right, long rightStride, float* tile)
    {
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        float* r0 = rows[0], r1 = rows[1], r2 = rows[2], r3 = rows[3], r4 = rows[4], r5 = rows[5], r6 = rows[6], r7 = rows[7];
        for (var k = 0; k < depth; k++, right += rightStride)
        {
            var b = Vector512.Load(right);
            nint o = offsets[k];
            c0 = Vector512.FusedMultiplyAdd(Vector512.Create(r0[o]), b, c0);
            c1 = Vector512.FusedMultiplyAdd(Vector512.Create(r1[o]), b, c1);
            c2 = Vector512.FusedMultiplyAdd(Vector512.Create(r2[o]), b, c2);
            c3 = Vector512.FusedMultiplyAdd(Vector512.Create(r3[o]), b, c3);
            c4 = Vector512.FusedMultiplyAdd(Vector512.Create(r4[o]), b, c4);
            c5 = Vector512.FusedMultiplyAdd(Vector512.Create(r5[o]), b, c5);
            c6 = Vector512.FusedMultiplyAdd(Vector512.Create(r6[o]), b, c6);
            c7 = Vector512.FusedMultiplyAdd(Vector512.Create(r7[o]), b, c7);
        }
        c0.Store(tile);
        c1.Store(tile + 16);
        c2.Store(tile + 32);
        c3.Store(tile + 48);
        c4.Store(tile + 64);
        c5.Store(tile + 80);
        c6.Store(tile + 96);
        c7.Store(tile + 112);
    }

    [SkipLocalsInit]
    private static void Multiply32(int depth, int* offsets, float** rows, float* right, long rightStride, float* tile)
    {
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        Vector512<float> d0 = default, d1 = default, d2 = default, d3 = default, d4 = default, d5 = default, d6 = default, d7 = default;
        float* r0 = rows[0], r1 = rows[1], r2 = rows[2], r3 = rows[3], r4 = rows[4], r5 = rows[5], r6 = rows[6], r7 = rows[7];
        for (var k = 0; k < depth; k++, right += rightStride)
        {
            var b = Vector512.Load(right);
            var e = Vector512.Load(right + 16);
            nint o = offsets[k];
            var a = Vector512.Create(r0[o]);
            (c0, d0) = (Vector512.FusedMultiplyAdd(a, b, c0), Vector512.FusedMultiplyAdd(a, e, d0));
            a = Vector512.Create(r1[o]);
            (c1, d1) = (Vector512.FusedMultiplyAdd(a, b, c1), Vector512.FusedMultiplyAdd(a, e, d1));
            a = Vector512.Create(r2[o]);
            (c2, d2) = (Vector512.FusedMultiplyAdd(a, b, c2), Vector512.FusedMultiplyAdd(a, e, d2));
            a = Vector512.Create(r3[o]);
            (c3, d3) = (Vector512.FusedMultiplyAdd(a, b, c3), Vector512.FusedMultiplyAdd(a, e, d3));
            a = Vector512.Create(r4[o]);
            (c4, d4) = (Vector512.FusedMultiplyAdd(a, b, c4), Vector512.FusedMultiplyAdd(a, e, d4));
            a = Vector512.Create(r5[o]);
            (c5, d5) = (Vector512.FusedMultiplyAdd(a, b, c5), Vector512.FusedMultiplyAdd(a, e, d5));
            a = Vector512.Create(r6[o]);
            (c6, d6) = (Vector512.FusedMultiplyAdd(a, b, c6), Vector512.FusedMultiplyAdd(a, e, d6));
            a = Vector512.Create(r7[o]);
            (c7, d7) = (Vector512.FusedMultiplyAdd(a, b, c7), Vector512.FusedMultiplyAdd(a, e, d7));
        }
        GemmTile.StorePair(tile, c0, d0);
        GemmTile.StorePair(tile + 32, c1, d1);
        GemmTile.StorePair(tile + 64, c2, d2);
        GemmTile.StorePair(tile + 96, c3, d3);
        GemmTile.StorePair(tile + 128, c4, d4);
        GemmTile.StorePair(tile + 160, c5, d5);
        GemmTile.StorePair(tile + 192, c6, d6);
        GemmTile.StorePair(tile + 224, c7, d7);
    }
}
