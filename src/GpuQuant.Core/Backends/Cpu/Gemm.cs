using System.Runtime.CompilerServices;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// C = activation(A * B + bias), blocked for the caches: a thread packs a group of the right side's panels into memory of its own, which
/// stays in its second-level cache while all rows of the left side pass; the rows of one tile stay in the first level while the group's
/// panels pass. Each element of C is summed in the order of k, whatever the number of threads.
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
    private const int Nothing = -1;
    private readonly int[] _packedGroups = new int[pool.Workers];
    private PoolJob? _multiply;
    private int _k0, _depth;

    /// <summary>Computes C.</summary>
    public void Run()
    {
        _multiply ??= Multiply;
        for (_k0 = 0; _k0 < sizes.K; _k0 += GemmSizes<TTile>.DepthBlock)
        {
            _depth = Math.Min(GemmSizes<TTile>.DepthBlock, sizes.K - _k0);
            Array.Fill(_packedGroups, Nothing);
            pool.Run(sizes.Groups * sizes.RowBlocks, _multiply);
        }
    }

    /// <summary>Parts of one group follow one another, so that a thread seldom packs more than its share.</summary>
    [SkipLocalsInit]
    private void Multiply(int part, int worker)
    {
        var memory = stackalloc float[TTile.Rows * TTile.Columns + TileWalk.Alignment];
        var tile = TileWalk.Aligned(memory);
        var (group, block) = Math.DivRem(part, sizes.RowBlocks);
        var (firstPanel, endPanel) = sizes.PanelsOf(group);
        var panels = workspace + worker * sizes.WorkerFloats;
        if (_packedGroups[worker] != group)
            Pack(firstPanel, endPanel, panels);
        _packedGroups[worker] = group;
        var end = Math.Min(sizes.M, (block + 1) * sizes.RowBlock);
        for (var row = block * sizes.RowBlock; row < end; row += TTile.Rows)
            MultiplyRows(row, Math.Min(TTile.Rows, end - row), firstPanel, endPanel, panels, tile);
    }

    private void Pack(int firstPanel, int endPanel, float* target)
    {
        for (var panel = firstPanel; panel < endPanel; panel++, target += TTile.Columns * _depth)
        {
            var first = panel * TTile.Columns;
            var count = Math.Min(TTile.Columns, sizes.N - first);
            if (count < TTile.Columns)
                new Span<float>(target, TTile.Columns * _depth).Clear();
            right.Pack(target, TTile.Columns, first, count, _k0, _depth);
        }
    }

    private void MultiplyRows(int row, int rows, int firstPanel, int endPanel, float* panels, float* tile)
    {
        var scratch = panels + sizes.GroupFloats;
        var (a, rowStride, step) = left.Rows(row, rows, _k0, _depth, scratch, TTile.Rows, endPanel - firstPanel);
        var (isFirst, isLast) = (_k0 == 0, _k0 + _depth == sizes.K);
        var epilogue = isLast ? new TileEpilogue(null, bias, null, activation) : TileEpilogue.None;
        var walk = TileWalk.OfFloats(rowStride, step, 0, 1, _depth, TTile.Columns);
        for (var panel = firstPanel; panel < endPanel; panel++, panels += TTile.Columns * _depth)
        {
            var column = panel * TTile.Columns;
            var offset = row * (long)sizes.N + column;
            TileEpilogue.Prefetch(c + offset, sizes.N, rows, TTile.Columns);
            TTile.Multiply((float*)a, panels, walk, tile);
            epilogue.Store(tile, TTile.Columns, c, offset, sizes.N, rows, Math.Min(TTile.Columns, sizes.N - column), column, !isFirst);
        }
    }
}
