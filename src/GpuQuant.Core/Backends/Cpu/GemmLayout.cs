namespace GpuQuant.Backends.Cpu;

/// <summary>The block sizes of a matrix product and the workspace they take, in floats.</summary>
internal readonly struct GemmLayout
{
    /// <summary>Steps of the summed dimension per block: a right panel of 32 columns takes 48 KiB, the level-1 cache's size.</summary>
    public const int DepthBlock = 384;

    private const int MaxRowBlock = 128;
    private readonly int _m, _n, _slices, _workers;

    public GemmLayout(int m, int n, int k, int slices, int workers)
    {
        (_m, _n, _slices, _workers) = (m, n, slices, workers);
        Depth = Math.Min(k, DepthBlock);
        Columns = GemmTile.Columns(n);
        RightPanels = (n + Columns - 1) / Columns;
        // At least four row blocks per thread where there are rows enough, in whole tiles.
        var share = (m + 4 * workers - 1) / (4 * workers);
        RowBlock = Math.Min(MaxRowBlock, (share + GemmTile.Rows - 1) / GemmTile.Rows * GemmTile.Rows);
        RowBlocks = (m + RowBlock - 1) / RowBlock;
    }

    public int Depth { get; }

    public int Columns { get; }

    public int RightPanels { get; }

    public int RowBlock { get; }

    public int RowBlocks { get; }

    public int RightFloats => RightPanels * Columns * Depth;

    public int LeftFloats => RowBlock * Depth;

    public long WorkspaceBytes => 4 * (_slices > 1
        ? _workers * (long)(RightFloats + LeftFloats) + (long)_slices * _m * _n
        : RightFloats + _workers * (long)LeftFloats);

    /// <summary>
    /// In how many parts to cut the summed dimension: by sizes alone, so that results do not depend on the machine, and where the rows
    /// are samples by no other size than the sum's, so that a sample's result does not depend on the others in its batch.
    /// </summary>
    public static int Slices(int m, int n, int k, bool rowsAreSamples) =>
        !rowsAreSamples && m * (long)n > 1 << 18 ? 1 : Math.Clamp(k / 4096, 1, 16);
}
