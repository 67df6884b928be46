namespace GpuQuant.Kernels;

/// <summary>The part of an integer product that one group of warps computes on tensor cores, two warps below each other.</summary>
/// <param name="Rows">Rows of the product.</param>
/// <param name="Columns">Columns of the product, 32 for each warp.</param>
/// <param name="RowTiles">Tiles of 16 rows in a warp: 2 or 4.</param>
internal readonly record struct MatrixBlockSize(int Rows, int Columns, int RowTiles)
{
    /// <summary>Threads of the group.</summary>
    public int Threads => 2 * Columns;

    /// <summary>Loads of fragments for every sixteen multiplications: two rows of tiles need four for eight, four rows need six.</summary>
    public int Loads => RowTiles == 4 ? 6 : 8;

    /// <summary>Chunks of both operands' panels.</summary>
    public int PanelChunks => (Rows + Columns) * Fragments.Chunks;
}
