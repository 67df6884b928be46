using System.Runtime.CompilerServices;
using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// C = activation(left * right + bias), blocked for the caches: panels of the right side are packed once per block of the summed
/// dimension, row blocks of the left side by the thread that multiplies them. Each element of C is summed in the order of k,
/// whatever the number of threads.
/// </summary>
/// <remarks>
/// With <c>slices</c> above 1 the summed dimension is cut into that many parts, each a product of its own in the workspace, added up in
/// order at the end: for the tall sums of a kernel's gradient, where C alone has too few rows to share out.
/// </remarks>
internal sealed unsafe class Gemm<TLeft, TRight>(
    WorkerPool pool, TLeft left, TRight right, float* c, int m, int n, int k, float* bias, Activation activation, float* workspace,
    int slices)
    where TLeft : struct, IPanelSource
    where TRight : struct, IPanelSource
{
    private readonly GemmLayout _layout = new(m, n, k, slices, pool.Workers);
    private PoolJob? _packRight, _multiplyRows, _multiplySlice, _addSlices;
    private int _k0, _depth;

    /// <summary>Computes C.</summary>
    public void Run()
    {
        _packRight ??= PackRight;
        _multiplyRows ??= MultiplyRows;
        _multiplySlice ??= MultiplySlice;
        _addSlices ??= AddSlices;
        if (slices > 1)
        {
            pool.Run(slices, _multiplySlice);
            pool.Run(_layout.RowBlocks, _addSlices);
            return;
        }
        for (_k0 = 0; _k0 < k; _k0 += GemmLayout.DepthBlock)
        {
            _depth = Math.Min(GemmLayout.DepthBlock, k - _k0);
            pool.Run(_layout.RightPanels, _packRight);
            pool.Run(_layout.RowBlocks, _multiplyRows);
        }
    }

    private void PackRight(int panel, int worker) => PackRight(workspace, panel, _k0, _depth);

    private void PackRight(float* buffer, int panel, int k0, int depth)
    {
        var first = panel * _layout.Columns;
        right.Pack(buffer + (long)panel * _layout.Columns * depth, _layout.Columns, first, Math.Min(_layout.Columns, n - first), k0, depth);
    }

    private void MultiplyRows(int block, int worker)
    {
        var leftBuffer = workspace + _layout.RightFloats + worker * (long)_layout.LeftFloats;
        var first = block * _layout.RowBlock;
        MultiplyBlock(c, first, Math.Min(_layout.RowBlock, m - first), leftBuffer, workspace, _k0, _depth, _k0 == 0, _k0 + _depth == k);
    }

    private void MultiplySlice(int slice, int worker)
    {
        var (begin, end) = ((int)((long)k * slice / slices), (int)((long)k * (slice + 1) / slices));
        var rightBuffer = workspace + worker * (long)(_layout.RightFloats + _layout.LeftFloats);
        var partial = workspace + pool.Workers * (long)(_layout.RightFloats + _layout.LeftFloats) + (long)slice * m * n;
        for (var k0 = begin; k0 < end; k0 += GemmLayout.DepthBlock)
        {
            var depth = Math.Min(GemmLayout.DepthBlock, end - k0);
            for (var panel = 0; panel < _layout.RightPanels; panel++)
                PackRight(rightBuffer, panel, k0, depth);
            for (var first = 0; first < m; first += _layout.RowBlock)
                MultiplyBlock(partial, first, Math.Min(_layout.RowBlock, m - first), rightBuffer + _layout.RightFloats, rightBuffer,
                    k0, depth, k0 == begin, false);
        }
    }

    private void AddSlices(int block, int worker)
    {
        var partials = workspace + pool.Workers * (long)(_layout.RightFloats + _layout.LeftFloats);
        var (begin, end) = ((long)block * _layout.RowBlock * n, Math.Min((long)m, (block + 1L) * _layout.RowBlock) * n);
        for (var i = begin; i < end; i++)
        {
            var sum = partials[i];
            for (var slice = 1; slice < slices; slice++)
                sum += partials[(long)slice * m * n + i];
            c[i] = ActivationFormula.Apply(activation, bias == null ? sum : sum + bias[i % n]);
        }
    }

    [SkipLocalsInit]
    private void MultiplyBlock(float* target, int firstRow, int rows, float* leftBuffer, float* rightBuffer, int k0, int depth,
        bool isFirst, bool isLast)
    {
        var tile = stackalloc float[GemmTile.Rows * 32];
        for (var r = 0; r < rows; r += GemmTile.Rows)
            left.Pack(leftBuffer + r * depth, GemmTile.Rows, firstRow + r, Math.Min(GemmTile.Rows, rows - r), k0, depth);
        for (var panel = 0; panel < _layout.RightPanels; panel++)
        {
            var column = panel * _layout.Columns;
            for (var r = 0; r < rows; r += GemmTile.Rows)
            {
                GemmTile.Multiply(depth, leftBuffer + r * depth, rightBuffer + (long)column * depth, tile, _layout.Columns);
                GemmTile.Store(tile, _layout.Columns, target + (long)(firstRow + r) * n + column, n, Math.Min(GemmTile.Rows, rows - r),
                    Math.Min(_layout.Columns, n - column), isFirst, isLast && bias != null ? bias + column : null,
                    isLast ? activation : Activation.None);
            }
        }
    }
}
