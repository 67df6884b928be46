namespace GpuQuant.Backends.Cpu;

/// <summary>
/// Memory that is needed after the tiles that are computed now: each tile asks for its share, so that the processor need not wait for it
/// later. Pieces that were never asked for are read all the same, only slower.
/// </summary>
/// <param name="address">Where the memory begins.</param>
/// <param name="bytes">Its length; 0 for nothing.</param>
/// <param name="tiles">The tiles that ask.</param>
/// <param name="steps">The steps of each tile; a phase of a strided convolution may have none.</param>
internal readonly struct FetchAhead(nint address, long bytes, int tiles, int steps)
{
    private readonly nint _share = (nint)((bytes + tiles - 1) / Math.Max(1, tiles));

    /// <summary>The walk of one tile, with its share.</summary>
    public TileWalk Of(in TileWalk walk, int tile) => bytes == 0
        ? walk
        : walk with { Later = address + tile * _share, LaterStep = (_share + Math.Max(1, steps) - 1) / Math.Max(1, steps) };
}
