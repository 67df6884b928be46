using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// C = activation(A * B + bias), blocked for the caches: per block of the summed dimension the right side is packed in panels, rows of the
/// left side are copied by the thread that multiplies them, or read where they lie. Each element of C is summed in the order of k,
/// whatever the number of threads.
/// </summary>
/// <param name="pool">The threads.</param>
/// <param name="left">The left side.</param>
/// <param name="right">The right side.</param>
/// <param name="c">M x N.</param>
/// <param name="sizes">The sizes and what they need.</param>
/// <param name="bias">N values, or null.</param>
/// <param name="activation">Applied at the end.</param>
/// <param name="workspace">As many floats as <see cref="GemmSizes{TTile}.WorkspaceFloats"/> says.</param>
internal sealed unsafe class Gemm<TTile, TRight>(
    WorkerPool pool, LeftMatrix left, TRight right, float* c, GemmSizes<TTile> sizes, float* bias, Activation activation, float* workspace)
    where TTile : struct, ITile
    where TRight : struct, IPanelSource
{
    private PoolJob? _packRight, _multiply;
    private int _k0, _depth;

    /// <summary>Computes C.</summary>
    public void Run()
    {
        _packRight ??= PackRight;
        _multiply ??= Multiply;
        for (_k0 = 0; _k0 < sizes.K; _k0 += GemmSizes<TTile>.DepthBlock)
        {
            _depth = Math.Min(GemmSizes<TTile>.DepthBlock, sizes.K - _k0);
            pool.Run(sizes.Panels, _packRight);
            pool.Run(sizes.RowBlocks * sizes.PanelGroups, _multiply);
        }
    }

    private void PackRight(int panel, int worker)
    {
        var first = panel * TTile.Columns;
        var count = Math.Min(TTile.Columns, sizes.N - first);
        var packed = workspace + (long)first * _depth;
        if (count < TTile.Columns)
            new Span<float>(packed, TTile.Columns * _depth).Clear();
        right.Pack(packed, TTile.Columns, first, count, _k0, _depth);
    }

    [SkipLocalsInit]
    private void Multiply(int part, int worker)
    {
        var memory = stackalloc float[TTile.Rows * TTile.Columns + TileWalk.Alignment];
        var tile = TileWalk.Aligned(memory);
        var (block, group) = Math.DivRem(part, sizes.PanelGroups);
        var (firstRow, rows) = (block * sizes.RowBlock, Math.Min(sizes.RowBlock, sizes.M - block * sizes.RowBlock));
        var scratch = workspace + sizes.RightFloats + (long)worker * sizes.LeftFloats;
        var (a, stride) = left.Rows(firstRow, rows, _k0, _depth, scratch, TTile.Rows, sizes.Panels);
        var (isFirst, isLast) = (_k0 == 0, _k0 + _depth == sizes.K);
        var epilogue = isLast ? new TileEpilogue(null, bias, null, activation) : TileEpilogue.None;
        var walk = TileWalk.OfFloats(stride, 1, 0, 1, _depth, TTile.Columns);
        // While a panel is multiplied, the next one comes nearer: each tile asks for its share.
        var share = (nint)(TTile.Columns * sizeof(float) / Math.Max(1, rows / TTile.Rows));
        for (var panel = sizes.Panels * group / sizes.PanelGroups; panel < sizes.Panels * (group + 1) / sizes.PanelGroups; panel++)
        {
            var column = panel * TTile.Columns;
            for (var r = 0; r < rows; r += TTile.Rows)
            {
                var offset = (firstRow + r) * (long)sizes.N + column;
                if (!isFirst)
                    Prefetch(c + offset, Math.Min(TTile.Rows, rows - r));
                TTile.Multiply((float*)a + (long)r * stride, workspace + (long)column * _depth, walk with
                {
                    Ahead = (nint)(workspace + (long)(column + TTile.Columns) * _depth) + (nint)r / TTile.Rows * share * _depth,
                    AheadStep = share,
                }, tile);
                epilogue.Store(tile, TTile.Columns, c, offset, sizes.N, Math.Min(TTile.Rows, rows - r),
                    Math.Min(TTile.Columns, sizes.N - column), column, !isFirst);
            }
        }
    }

    /// <summary>The part of C that a tile is added to comes from far while the tile is computed.</summary>
    private void Prefetch(float* target, int rows)
    {
        if (!Sse.IsSupported)
            return;
        for (var r = 0; r < rows; r++, target += sizes.N)
            for (var j = 0; j < TTile.Columns; j += 16)
                Sse.Prefetch0(target + j);
    }
}
