namespace GpuQuant.Backends.Cpu;

/// <summary>The left side of a matrix product: row-major, or stored transposed.</summary>
/// <param name="p">The elements.</param>
/// <param name="stride">Elements between rows, or between columns if transposed.</param>
/// <param name="isTransposed">Whether columns are stored as rows.</param>
internal readonly unsafe struct LeftMatrix(float* p, int stride, bool isTransposed)
{
    // Rows a multiple of a page apart compete for the same places of the cache; a few floats more keep them apart.
    private const int Gap = 16, Conflict = 256, FewPanels = 4;

    /// <summary>Memory for a tile's copied rows, in floats.</summary>
    public static long ScratchFloats(int rows, int depth) => (long)rows * (depth + Gap);

    /// <summary>
    /// Where the rows of a tile can be read, with the distances between rows and between steps: where they lie, unless they are
    /// transposed, fewer than the tile reads, or used often while they would compete for the cache.
    /// </summary>
    public (nint Address, int RowStride, int Step) Rows(int first, int rows, int k0, int depth, float* scratch, int tileRows, int panels)
    {
        if (isTransposed)
        {
            CopyColumns(first, rows, k0, depth, scratch, tileRows);
            return ((nint)scratch, 1, tileRows);
        }
        if (rows == tileRows && (panels <= FewPanels || stride % Conflict != 0))
            return ((nint)(p + (long)first * stride + k0), stride, 1);
        var width = depth + Gap;
        for (var r = 0; r < rows; r++)
            new ReadOnlySpan<float>(p + (long)(first + r) * stride + k0, depth).CopyTo(new Span<float>(scratch + (long)r * width, depth));
        return ((nint)scratch, width, 1);
    }

    private void CopyColumns(int first, int rows, int k0, int depth, float* target, int tileRows)
    {
        var source = p + (long)k0 * stride + first;
        for (var k = 0; k < depth; k++, source += stride, target += tileRows)
            for (var r = 0; r < rows; r++)
                target[r] = source[r];
    }
}
