namespace GpuQuant.Backends.Cpu;

/// <summary>The innermost loops of all float32 products: a small part of the result, held in registers. One per instruction set and shape.</summary>
internal unsafe interface ITile
{
    /// <summary>Rows of the tile.</summary>
    static abstract int Rows { get; }

    /// <summary>Columns of the tile, a multiple of 16.</summary>
    static abstract int Columns { get; }

    /// <summary>
    /// tile[Rows x Columns] = sum over the walk's steps of left(row, step) * right(step, column), each element in the order of the steps
    /// and starting from 0. All rows and columns are read, also those beyond the valid ones.
    /// </summary>
    static abstract void Multiply(float* left, float* right, in TileWalk walk, float* tile);
}
