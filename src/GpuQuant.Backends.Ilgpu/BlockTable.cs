using GpuQuant.Kernels;

namespace GpuQuant.Backends.Ilgpu;

/// <summary>Picks the block for a product's size on a device.</summary>
/// <param name="multiprocessors">How many groups the device works on side by side, at least.</param>
/// <param name="groupThreads">The largest group that it takes.</param>
internal sealed class BlockTable(int multiprocessors, int groupThreads)
{
    private static readonly BlockSize[] Sizes =
        [default(LargeBlock).Size, default(MediumBlock).Size, default(SmallBlock).Size];

    /// <summary>Whether the device takes groups of threads that are large enough for any block.</summary>
    public bool IsEmpty => groupThreads < Of(BlockKind.Small).Threads;

    /// <summary>
    /// The block that is done first if a multiprocessor does one after the other, each in a time that grows with its sums and falls with
    /// their reuse of operands: large blocks reuse more, small ones waste less at the edges and keep more multiprocessors busy.
    /// </summary>
    /// <param name="rows">Rows of the product.</param>
    /// <param name="columns">Columns of the product.</param>
    /// <param name="chunks">Products of this size that run side by side.</param>
    /// <example>
    /// 4096 x 4096 on 132 multiprocessors: 1024 blocks of 128 x 128, 8 rounds. 1000 x 10 there: 16 blocks of 64 x 64 would take 4096 / 10
    /// units of time, 32 blocks of 32 x 32 take 1024 / 8: those.
    /// </example>
    public BlockKind Choose(int rows, int columns, int chunks = 1) =>
        Enum.GetValues<BlockKind>().Where(kind => Of(kind).Threads <= groupThreads)
            .MinBy(kind => Rounds(Of(kind).Rows, Of(kind).Columns, rows, columns, chunks)
                * Of(kind).Rows * Of(kind).Columns * 16 / Of(kind).Reuse);

    /// <summary>The size of a block.</summary>
    public static BlockSize Of(BlockKind kind) => Sizes[(int)kind];

    /// <summary>The same for blocks on tensor cores, whose time falls with the loads that their multiplications share.</summary>
    public BlockKind ChooseMatrix(int rows, int columns) => new[] { BlockKind.Large, BlockKind.Medium }
        .Where(kind => OfMatrix(kind).Threads <= groupThreads)
        .MinBy(kind => Rounds(OfMatrix(kind).Rows, OfMatrix(kind).Columns, rows, columns)
            * OfMatrix(kind).Rows * OfMatrix(kind).Columns * OfMatrix(kind).Loads);

    /// <summary>The size of a block on tensor cores.</summary>
    public static MatrixBlockSize OfMatrix(BlockKind kind) =>
        kind == BlockKind.Large ? default(LargeMatrixBlock).Size : default(MediumMatrixBlock).Size;

    private long Rounds(int blockRows, int blockColumns, int rows, int columns, int chunks = 1) =>
        Ceiling(Ceiling(rows, blockRows) * Ceiling(columns, blockColumns) * chunks, multiprocessors);

    private static long Ceiling(long count, int size) => (count + size - 1) / size;
}
