namespace GpuQuant.Backends.Cpu;

/// <summary>
/// How an integer convolution is cut. A block of output rows takes its input rows from a strip: a copy with its border, small enough for
/// a thread's own caches, in which each row of a window is one contiguous run of pixels and channels. Nothing is gathered per window.
/// </summary>
/// <remarks>
/// With few outputs, neighbouring output pixels are computed as one (<see cref="Group"/>): their outputs are neighbours in memory, and
/// their windows together are one window that is a little wider, with zero weights where a pixel does not look.
/// </remarks>
internal sealed class IntShape
{
    private const int StripBudget = 96 * 1024, PanelBudget = 16 * 1024, LeastParts = 8, Slack = 128;

    /// <summary>The cut of a convolution.</summary>
    public IntShape(int images, int channels, int outputs, Window2D window, int elementBytes)
    {
        (Images, Channels, Outputs, Window, ElementBytes) = (images, channels, outputs, window, elementBytes);
        Group = BestGroup();
        StripPixels = (window.OutWidth - 1) * window.StrideX + window.KernelWidth;
        LineBytes = StripPixels * channels * elementBytes;
        Runs = new IntRuns(window.KernelHeight, RunBytes(Group), LineBytes);
        var fitting = (StripBudget / LineBytes - window.KernelHeight) / window.StrideY + 1;
        var blocks = Math.Max(Parts(window.OutHeight, Math.Max(1, fitting)), Parts(LeastParts, images));
        Rows = Parts(window.OutHeight, Math.Min(blocks, window.OutHeight));
        Blocks = Parts(window.OutHeight, Rows);
    }

    /// <summary>A matrix product as a convolution of one image, one pixel wide.</summary>
    public static IntShape OfGemm(int rows, int k, int outputs, int elementBytes) =>
        new(1, k, outputs, new Window2D(rows, 1, 1, 1, 1, 1, 0, 0, rows, 1), elementBytes);

    public int Images { get; }

    public int Channels { get; }

    public int Outputs { get; }

    public Window2D Window { get; }

    public int ElementBytes { get; }

    /// <summary>How many neighbouring output pixels are computed as one.</summary>
    public int Group { get; }

    /// <summary>Pixels of a line of the strip.</summary>
    public int StripPixels { get; }

    public int LineBytes { get; }

    public IntRuns Runs { get; }

    /// <summary>So many runs' weights stay in the innermost cache while several tiles use them.</summary>
    public int RunsAtOnce => Math.Clamp(PanelBudget / (Runs.Bytes / IntTile.StepBytes * 64), 1, Runs.Count);

    /// <summary>Output rows of a block.</summary>
    public int Rows { get; }

    /// <summary>Blocks of an image.</summary>
    public int Blocks { get; }

    /// <summary>Outputs of a group of pixels.</summary>
    public int Columns => Group * Outputs;

    public int Panels => Parts(Columns, IntTile.Lanes);

    /// <summary>Elements of a kernel's row.</summary>
    public int RunLength => Window.KernelWidth * Channels;

    /// <summary>Elements between the windows of two pixels of a group.</summary>
    public int GroupStep => Window.StrideX * Channels;

    public long PanelBytes => IntLanes.Bytes + (long)Runs.Count * Runs.Bytes / IntTile.StepBytes * 64;

    public long StripBytes =>
        Aligned(((long)(Rows - 1) * Window.StrideY + Window.KernelHeight) * LineBytes + Slack);

    public long PackedBytes => PanelBytes * Panels;

    public long WorkspaceBytes(int workers) => StripBytes * workers;

    /// <summary>Where each group's window begins in a strip; the last is repeated so that a tile may reach beyond the end.</summary>
    public int[] Offsets()
    {
        var groups = Window.OutWidth / Group;
        var offsets = GC.AllocateArray<int>(Rows * groups + IntTile.Rows - 1, pinned: true);
        for (var i = 0; i < offsets.Length; i++)
        {
            var (y, x) = Math.DivRem(Math.Min(i, Rows * groups - 1), groups);
            offsets[i] = y * Window.StrideY * LineBytes + x * Group * GroupStep * ElementBytes;
        }
        return offsets;
    }

    private int BestGroup()
    {
        var best = 1;
        for (var group = 2; group * Outputs <= IntTile.Lanes; group++)
            if (Window.OutWidth % group == 0 && RunBytes(group) * best < RunBytes(best) * group)
                best = group;
        return best;
    }

    /// <summary>The bytes of a group's run, whole steps.</summary>
    private int RunBytes(int group) =>
        Parts((RunLength + (group - 1) * GroupStep) * ElementBytes, IntTile.StepBytes) * IntTile.StepBytes;

    private static int Parts(int count, int size) => (count + size - 1) / size;

    private static long Aligned(long bytes) => (bytes + 63) / 64 * 64;
}
