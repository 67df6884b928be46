namespace GpuQuant.Backends.Cpu;

/// <summary>The left side of a matrix product: row-major, or stored transposed.</summary>
/// <param name="p">The elements.</param>
/// <param name="stride">Elements between rows, or between columns if transposed.</param>
/// <param name="isTransposed">Whether columns are stored as rows.</param>
internal readonly unsafe struct LeftMatrix(float* p, int stride, bool isTransposed)
{
    // Rows a multiple of a page apart compete for the same places of the cache; a few floats more keep them apart.
    private const int Gap = 16, Conflict = 256, FewPanels = 8;

    /// <summary>Memory for a copied block, in floats.</summary>
    public static long ScratchFloats(int rows, int depth) => (long)rows * (depth + Gap);

    /// <summary>
    /// Where a block of rows can be read, and the distance between its rows: where it lies, unless it is transposed, ends within a tile,
    /// or is used often and its rows would compete for the cache.
    /// </summary>
    public (nint Address, int Stride) Rows(int first, int rows, int k0, int depth, float* scratch, int tileRows, int panels)
    {
        if (!isTransposed && rows % tileRows == 0 && (panels <= FewPanels || stride % Conflict != 0))
            return ((nint)(p + (long)first * stride + k0), stride);
        var width = depth + Gap;
        for (var r = 0; r < rows; r++)
            if (isTransposed)
                CopyColumn(p + (long)k0 * stride + first + r, scratch + (long)r * width, depth);
            else
                new ReadOnlySpan<float>(p + (long)(first + r) * stride + k0, depth).CopyTo(new Span<float>(scratch + (long)r * width, depth));
        return ((nint)scratch, width);
    }

    private void CopyColumn(float* source, float* target, int count)
    {
        for (var i = 0; i < count; i++, source += stride)
            target[i] = *source;
    }
}
