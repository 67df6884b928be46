namespace GpuQuant.Backends.Cpu;

/// <summary>The sizes of a matrix product, how it is cut into blocks and the workspace they take.</summary>
internal readonly struct GemmSizes<TTile>
    where TTile : struct, ITile
{
    /// <summary>Steps of the summed dimension per block: the rows of a tile take half of the first-level cache.</summary>
    public const int DepthBlock = 512;

    // A group of panels takes half of a second-level cache of 2 MiB; a part of the rows lasts some tenths of a millisecond.
    private const int MaxGroupColumns = 512, MaxRowBlock = 96;
    private readonly int _workers, _panels, _groupPanels;

    public GemmSizes(int m, int n, int k, int workers)
    {
        (M, N, K, _workers) = (m, n, k, workers);
        _panels = (n + TTile.Columns - 1) / TTile.Columns;
        // Each thread gets panels of its own where there are enough.
        _groupPanels = Math.Clamp((_panels + workers - 1) / workers, 1, MaxGroupColumns / TTile.Columns);
        Groups = (_panels + _groupPanels - 1) / _groupPanels;
        RowBlock = Math.Min(MaxRowBlock, (m + TTile.Rows - 1) / TTile.Rows * TTile.Rows);
        RowBlocks = (m + RowBlock - 1) / RowBlock;
    }

    public int M { get; }

    public int N { get; }

    public int K { get; }

    /// <summary>Groups of neighbouring panels of the right side.</summary>
    public int Groups { get; }

    /// <summary>Rows of a part, whole tiles.</summary>
    public int RowBlock { get; }

    public int RowBlocks { get; }

    /// <summary>A packed group.</summary>
    public long GroupFloats => (long)_groupPanels * TTile.Columns * Math.Min(K, DepthBlock);

    /// <summary>A thread's memory: a packed group and the rows of a tile.</summary>
    public long WorkerFloats =>
        (GroupFloats + LeftMatrix.ScratchFloats(TTile.Rows, Math.Min(K, DepthBlock)) + TileWalk.Alignment - 1)
        / TileWalk.Alignment * TileWalk.Alignment;

    public long WorkspaceFloats => _workers * WorkerFloats;

    /// <summary>The first panel of a group and the one after its last.</summary>
    public (int First, int End) PanelsOf(int group) => (group * _groupPanels, Math.Min(_panels, (group + 1) * _groupPanels));
}
