namespace GpuQuant.Backends.Cpu;

/// <summary>The sizes of a matrix product, how it is cut into blocks and the workspace they take.</summary>
internal readonly struct GemmSizes<TTile>
    where TTile : struct, ITile
{
    /// <summary>Steps of the summed dimension per block: a panel and the rows of a tile share the caches.</summary>
    public const int DepthBlock = 512;

    private const int MaxRowBlock = 72, PartsPerWorker = 32;
    private readonly int _workers;

    public GemmSizes(int m, int n, int k, int workers)
    {
        (M, N, K, _workers) = (m, n, k, workers);
        Panels = (n + TTile.Columns - 1) / TTile.Columns;
        RowBlock = Math.Min(MaxRowBlock, (m + TTile.Rows - 1) / TTile.Rows * TTile.Rows);
        RowBlocks = (m + RowBlock - 1) / RowBlock;
        // Many parts per thread, so that none waits long for the last one; where the rows alone do not give them also by columns: every
        // element is summed within one part.
        PanelGroups = Math.Clamp((PartsPerWorker * workers + RowBlocks - 1) / RowBlocks, 1, Panels);
    }

    public int M { get; }

    public int N { get; }

    public int K { get; }

    /// <summary>Panels of the right side.</summary>
    public int Panels { get; }

    /// <summary>Rows of a block, whole tiles.</summary>
    public int RowBlock { get; }

    public int RowBlocks { get; }

    /// <summary>Parts into which the panels are shared out.</summary>
    public int PanelGroups { get; }

    public long RightFloats => (long)Panels * TTile.Columns * Math.Min(K, DepthBlock);

    public long LeftFloats => LeftMatrix.ScratchFloats(RowBlock, Math.Min(K, DepthBlock));

    public long WorkspaceFloats => RightFloats + _workers * LeftFloats;
}
