using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>The innermost loops of a matrix product: an 8 x 16 or 8 x 32 tile of the result, held in registers.</summary>
internal static unsafe class GemmTile
{
    /// <summary>Rows of a tile, the width of a left panel.</summary>
    public const int Rows = 8;

    /// <summary>The right panels' width: narrow products do not pay for columns they do not have.</summary>
    public static int Columns(int n) => n <= 16 ? 16 : 32;

    /// <summary>tile[8 x columns] = left panel * right panel, overwritten.</summary>
    public static void Multiply(int depth, float* left, float* right, float* tile, int columns)
    {
        if (columns == 16)
            Multiply16(depth, left, right, tile);
        else
            Multiply32(depth, left, right, tile);
    }

    /// <summary>
    /// target = activation((isFirst ? 0 : target) + tile + bias) for the tile's valid rows and columns; bias may be null. Columns beyond
    /// the valid ones are computed, from whatever lies there, and dropped.
    /// </summary>
    public static void Store(float* tile, int tileColumns, float* target, long targetStride, int rows, int columns, bool isFirst,
        float* bias, Activation activation)
    {
        for (var r = 0; r < rows; r++, tile += tileColumns, target += targetStride)
            for (var j = 0; j < columns; j += 16)
            {
                var value = Vector512.Load(tile + j);
                if (!isFirst)
                    value += Vector512.Load(target + j);
                if (bias != null)
                    value += Vector512.Load(bias + j);
                value = ElementWise.Apply(activation, value);
                if (j + 16 <= columns)
                {
                    value.Store(target + j);
                    continue;
                }
                value.Store(tile + j);
                for (var last = j; last < columns; last++)
                    target[last] = tile[last];
            }
    }

    [SkipLocalsInit]
    private static void Multiply16(int depth, float* left, float* right, float* tile)
    {
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        for (var k = 0; k < depth; k++, left += Rows, right += 16)
        {
            var b = Vector512.Load(right);
            c0 = Vector512.FusedMultiplyAdd(Vector512.Create(left[0]), b, c0);
            c1 = Vector512.FusedMultiplyAdd(Vector512.Create(left[1]), b, c1);
            c2 = Vector512.FusedMultiplyAdd(Vector512.Create(left[2]), b, c2);
            c3 = Vector512.FusedMultiplyAdd(Vector512.Create(left[3]), b, c3);
            c4 = Vector512.FusedMultiplyAdd(Vector512.Create(left[4]), b, c4);
            c5 = Vector512.FusedMultiplyAdd(Vector512.Create(left[5]), b, c5);
            c6 = Vector512.FusedMultiplyAdd(Vector512.Create(left[6]), b, c6);
            c7 = Vector512.FusedMultiplyAdd(Vector512.Create(left[7]), b, c7);
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
    private static void Multiply32(int depth, float* left, float* right, float* tile)
    {
        Vector512<float> c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        Vector512<float> d0 = default, d1 = default, d2 = default, d3 = default, d4 = default, d5 = default, d6 = default, d7 = default;
        for (var k = 0; k < depth; k++, left += Rows, right += 32)
        {
            var b = Vector512.Load(right);
            var e = Vector512.Load(right + 16);
            var a = Vector512.Create(left[0]);
            (c0, d0) = (Vector512.FusedMultiplyAdd(a, b, c0), Vector512.FusedMultiplyAdd(a, e, d0));
            a = Vector512.Create(left[1]);
            (c1, d1) = (Vector512.FusedMultiplyAdd(a, b, c1), Vector512.FusedMultiplyAdd(a, e, d1));
            a = Vector512.Create(left[2]);
            (c2, d2) = (Vector512.FusedMultiplyAdd(a, b, c2), Vector512.FusedMultiplyAdd(a, e, d2));
            a = Vector512.Create(left[3]);
            (c3, d3) = (Vector512.FusedMultiplyAdd(a, b, c3), Vector512.FusedMultiplyAdd(a, e, d3));
            a = Vector512.Create(left[4]);
            (c4, d4) = (Vector512.FusedMultiplyAdd(a, b, c4), Vector512.FusedMultiplyAdd(a, e, d4));
            a = Vector512.Create(left[5]);
            (c5, d5) = (Vector512.FusedMultiplyAdd(a, b, c5), Vector512.FusedMultiplyAdd(a, e, d5));
            a = Vector512.Create(left[6]);
            (c6, d6) = (Vector512.FusedMultiplyAdd(a, b, c6), Vector512.FusedMultiplyAdd(a, e, d6));
            a = Vector512.Create(left[7]);
            (c7, d7) = (Vector512.FusedMultiplyAdd(a, b, c7), Vector512.FusedMultiplyAdd(a, e, d7));
        }
        StorePair(tile, c0, d0);
        StorePair(tile + 32, c1, d1);
        StorePair(tile + 64, c2, d2);
        StorePair(tile + 96, c3, d3);
        StorePair(tile + 128, c4, d4);
        StorePair(tile + 160, c5, d5);
        StorePair(tile + 192, c6, d6);
        StorePair(tile + 224, c7, d7);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePair(float* row, Vector512<float> low, Vector512<float> high)
    {
        low.Store(row);
        high.Store(row + 16);
    }
}
