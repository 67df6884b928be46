using System.Runtime.CompilerServices;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>
/// The product of int8 matrices on tensor cores: panels of both operands, 64 deep, come into shared memory two steps before they are
/// multiplied, into one of three places; the sums stay in registers.
/// </summary>
/// <remarks>
/// A product of m x n x k does 2 m n k operations and, with blocks of R x C, reads m n k (1 / R + 1 / C) bytes beside the m n or 4 m n that
/// it writes: 128 operations for each byte with 128 x 128. ptxas 11.8 gives the large block 92 registers and 48 KiB of shared memory on
/// sm_80: two groups and thus 16 warps for each multiprocessor, both by registers and, where it has 100 KiB, by shared memory. A warp reads
/// six times 512 bytes of shared memory for its 16 multiplications of 16 x 8 x 32.
/// </remarks>
internal static class MatrixUnitKernel
{
    private const int Stages = 3, Words = 16;

    /// <summary>Grid: blocks of rows, blocks of columns.</summary>
    public static void Multiply<TUnit, TBlock, TLeft, TRight>(TLeft left, TRight right, IntOutput output, int depth)
        where TUnit : struct, IMatrixUnit
        where TBlock : struct, IMatrixBlock
        where TLeft : struct, IByteLoader
        where TRight : struct, IByteLoader
    {
        var (unit, size) = (default(TUnit), default(TBlock).Size);
        var panels = SharedMemory.Allocate<Row4<int>>(Stages * size.PanelChunks);
        var (firstRow, firstColumn) = (Grid.IdxX * size.Rows, Grid.IdxY * size.Columns);
        var place = WarpPlace.Of(size);
        var steps = (depth + Words * 4 - 1) / (Words * 4);
        var (filled, used) = (0, 0);
        unit.Start();
        for (var step = 1 - Stages; step < steps; step++)
        {
            if (step >= 0)
            {
                unit.Wait();
                Group.Barrier();
            }
            if (step + Stages - 1 < steps)
            {
                var word = (step + Stages - 1) * Words;
                Fill<TUnit, TLeft>(left, panels, filled, size.Rows, size.Threads, firstRow, word);
                Fill<TUnit, TRight>(right, panels, filled + size.Rows * Fragments.Chunks, size.Columns, size.Threads, firstColumn, word);
                filled = Next(filled, size.PanelChunks);
            }
            unit.Commit();
            if (step >= 0)
            {
                for (var half = 0; half < 2; half++)
                {
                    var (from, near, far) = (used + place.Left(half), used + place.Right(0, half), used + place.Right(16, half));
                    unit.LoadRight(panels, near, far);
                    unit.Multiply0(panels, from);
                    unit.Multiply1(panels, from + 16 * Fragments.Chunks);
                    if (size.RowTiles == 4)
                    {
                        unit.Multiply2(panels, from + 32 * Fragments.Chunks);
                        unit.Multiply3(panels, from + 48 * Fragments.Chunks);
                    }
                }
                used = Next(used, size.PanelChunks);
            }
        }
        Group.Barrier();
        unit.StoreUpper(panels, place.Sums);
        Group.Barrier();
        Hand(output, panels, size, firstRow, firstColumn);
        if (size.RowTiles == 4)
        {
            Group.Barrier();
            unit.StoreLower(panels, place.Sums);
            Group.Barrier();
            Hand(output, panels, size, firstRow + 32, firstColumn);
        }
    }

    /// <summary>Hands 32 rows of sums of every warp to the output, neighbours in a row by neighbouring threads.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Hand(IntOutput output, ArrayView<Row4<int>> panels, MatrixBlockSize size, int firstRow, int firstColumn)
    {
        var sums = panels.Cast<int>();
        for (var i = Group.IdxX; i < 16 * size.Columns; i += size.Threads)
        {
            var (row, column) = (i / (size.Columns / 4), i % (size.Columns / 4) * 4);
            var at = WarpPlace.SumAt(row, column);
            output.Store(
                firstRow + (row >> 5) * size.RowTiles * 16 + (row & 31), firstColumn + column,
                new(sums[at], sums[at + 1], sums[at + 4], sums[at + 5]));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Next(int stage, int size) => stage == (Stages - 1) * size ? 0 : stage + size;

    /// <summary>Brings one panel of so many lines, each thread its share of the chunks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fill<TUnit, TLoader>(
        TLoader loader, ArrayView<Row4<int>> panels, int panel, int lines, int threads, int firstLine, int word)
        where TUnit : struct, IMatrixUnit where TLoader : struct, IByteLoader
    {
        for (var i = Group.IdxX; i < lines * Fragments.Chunks; i += threads)
        {
            var (line, chunk) = (i >> 2, i & 3);
            var place = panel + Fragments.Place(line, chunk);
            var from = loader.Find(firstLine + line, word + chunk * 4);
            if (from >= 0)
                default(TUnit).Copy(panels, place, loader.Source, from);
            else
                panels[place] = loader.Load(firstLine + line, word + chunk * 4);
        }
    }
}
