using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuQuant.Backends.Cpu;

/// <summary>4 x 16 on AVX2: 8 accumulators of 8 lanes, two loads for the right side and a broadcast per row.</summary>
internal readonly unsafe struct Tile4x16Avx2 : ITile
{
    public static int Rows => 4;

    public static int Columns => 16;

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* left, float* right, in TileWalk walk, float* tile)
    {
        Vector256<float> c0 = default, c1 = default, c2 = default, c3 = default, d0 = default, d1 = default, d2 = default, d3 = default;
        var (row, row2, row3, step, jump) = (walk.RowStride, 2 * walk.RowStride, 3 * walk.RowStride, walk.Step, walk.Jump);
        var rightStride = walk.RightStride;
        byte* a = (byte*)left, b = (byte*)right;
        for (var runs = walk.Runs; runs > 0; runs--, a += jump)
            for (var k = walk.RunLength; k > 0; k--, a += step, b += rightStride)
            {
                var (low, high) = (Vector256.Load((float*)b), Vector256.Load((float*)b + 8));
                var broadcast = Vector256.Create(*(float*)a);
                (c0, d0) = (Fma.MultiplyAdd(broadcast, low, c0), Fma.MultiplyAdd(broadcast, high, d0));
                broadcast = Vector256.Create(*(float*)(a + row));
                (c1, d1) = (Fma.MultiplyAdd(broadcast, low, c1), Fma.MultiplyAdd(broadcast, high, d1));
                broadcast = Vector256.Create(*(float*)(a + row2));
                (c2, d2) = (Fma.MultiplyAdd(broadcast, low, c2), Fma.MultiplyAdd(broadcast, high, d2));
                broadcast = Vector256.Create(*(float*)(a + row3));
                (c3, d3) = (Fma.MultiplyAdd(broadcast, low, c3), Fma.MultiplyAdd(broadcast, high, d3));
            }
        Store(tile, c0, d0);
        Store(tile + 16, c1, d1);
        Store(tile + 32, c2, d2);
        Store(tile + 48, c3, d3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* row, Vector256<float> low, Vector256<float> high)
    {
        low.Store(row);
        high.Store(row + 8);
    }
}

/// <summary>4 x 16 in vectors of 128 bits, which every machine has (or imitates).</summary>
internal readonly unsafe struct Tile4x16Portable : ITile
{
    public static int Rows => 4;

    public static int Columns => 16;

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* left, float* right, in TileWalk walk, float* tile)
    {
        // Two passes of 8 columns: 16 accumulators are more than an x86 without AVX has registers.
        Half(left, right, walk, tile);
        Half(left, right + 8, walk, tile + 8);
    }

    [SkipLocalsInit, MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Half(float* left, float* right, in TileWalk walk, float* tile)
    {
        Vector128<float> c0 = default, c1 = default, c2 = default, c3 = default, d0 = default, d1 = default, d2 = default, d3 = default;
        var (row, row2, row3, step, jump) = (walk.RowStride, 2 * walk.RowStride, 3 * walk.RowStride, walk.Step, walk.Jump);
        var rightStride = walk.RightStride;
        byte* a = (byte*)left, b = (byte*)right;
        for (var runs = walk.Runs; runs > 0; runs--, a += jump)
            for (var k = walk.RunLength; k > 0; k--, a += step, b += rightStride)
            {
                var (low, high) = (Vector128.Load((float*)b), Vector128.Load((float*)b + 4));
                var broadcast = Vector128.Create(*(float*)a);
                (c0, d0) = (Add(broadcast, low, c0), Add(broadcast, high, d0));
                broadcast = Vector128.Create(*(float*)(a + row));
                (c1, d1) = (Add(broadcast, low, c1), Add(broadcast, high, d1));
                broadcast = Vector128.Create(*(float*)(a + row2));
                (c2, d2) = (Add(broadcast, low, c2), Add(broadcast, high, d2));
                broadcast = Vector128.Create(*(float*)(a + row3));
                (c3, d3) = (Add(broadcast, low, c3), Add(broadcast, high, d3));
            }
        Store(tile, c0, d0);
        Store(tile + 16, c1, d1);
        Store(tile + 32, c2, d2);
        Store(tile + 48, c3, d3);
    }

    /// <summary>Fused where the machine can, in two steps where it cannot: an imitated fused step would take a call per lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> Add(Vector128<float> a, Vector128<float> b, Vector128<float> sum) =>
        Vector128.MultiplyAddEstimate(a, b, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* row, Vector128<float> low, Vector128<float> high)
    {
        low.Store(row);
        high.Store(row + 4);
    }
}
