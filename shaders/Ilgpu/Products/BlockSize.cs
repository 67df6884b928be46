namespace GpuQuant.Kernels;

/// <summary>
/// The part of a matrix product that one group of threads computes. Each thread holds <paramref name="RowQuads"/> x
/// <paramref name="ColumnQuads"/> squares of 4 x 4 sums, and loads four elements of each operand per step: Rows * Depth / 4 threads, and
/// Columns * Depth / 4.
/// </summary>
/// <param name="Rows">Rows of the product.</param>
/// <param name="Columns">Columns of the product.</param>
/// <param name="Depth">What is summed over between two barriers.</param>
/// <param name="RowQuads">Squares of a thread below each other: 1, or 2 that lie half a block apart.</param>
/// <param name="ColumnQuads">Squares of a thread beside each other: 1 or 2.</param>
internal readonly record struct BlockSize(int Rows, int Columns, int Depth, int RowQuads, int ColumnQuads)
{
    /// <summary>Threads beside each other.</summary>
    public int Across => Columns / (4 * ColumnQuads);

    /// <summary>Threads of the group.</summary>
    public int Threads => Rows / (4 * RowQuads) * Across;

    /// <summary>Groups of four from one depth to the next in the left operand's panel.</summary>
    public int LeftPitch => Rows / 4 + 1;

    /// <summary>The same of the right operand's panel.</summary>
    public int RightPitch => Columns / 4 + 1;

    /// <summary>Multiply-adds for each read of 16 bytes of shared memory: what a block's size gains.</summary>
    public int Reuse => 16 * RowQuads * ColumnQuads / (RowQuads + ColumnQuads);
}
