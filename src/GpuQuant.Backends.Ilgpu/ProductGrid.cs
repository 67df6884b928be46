namespace GpuQuant.Backends.Ilgpu;

/// <summary>The sizes of one launch of products.</summary>
/// <param name="Rows">Rows of the product.</param>
/// <param name="Columns">Columns of the product.</param>
/// <param name="Depth">What is summed over.</param>
/// <param name="Chunk">How much of it one group sums over, a multiple of 8, or all.</param>
internal readonly record struct ProductGrid(int Rows, int Columns, int Depth, int Chunk)
{
    /// <summary>A product whose depth is not cut.</summary>
    public ProductGrid(int rows, int columns, int depth) : this(rows, columns, depth, Math.Max(depth, 1))
    {
    }

    /// <summary>Pieces of the depth.</summary>
    public int Chunks => Math.Max(1, (Depth + Chunk - 1) / Chunk);
}
