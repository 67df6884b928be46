namespace GpuQuant.Backends.Tests.Harness;

/// <summary>The poolings that every pooling test runs.</summary>
/// <param name="Kind">Maximum or average.</param>
/// <param name="Images">The batch.</param>
/// <param name="Channels">The channels.</param>
/// <param name="Window">The window.</param>
public sealed record PoolCases(PoolKind Kind, int Images, int Channels, Window2D Window)
{
    /// <summary>Windows that overlap, leave gaps, reach over the border, cover the whole image.</summary>
    public static IReadOnlyList<PoolCases> All { get; } =
    [
        .. from kind in Enum.GetValues<PoolKind>()
           from c in new PoolCases[]
           {
               new(kind, 1, 1, Window2D.Valid(1, 1, 1, 1)), new(kind, 2, 3, Window2D.Valid(8, 6, 2, 2)),
               new(kind, 3, 17, Window2D.Same(7, 9, 3, 2)), new(kind, 2, 5, Window2D.Same(6, 6, 3, 1)),
               new(kind, 1, 33, Window2D.Valid(9, 11, 2, 3)), new(kind, 2, 7, Window2D.Same(8, 5, 3, 2)),
               new(kind, 3, 6, Window2D.Valid(28, 28, 2, 2)), new(kind, 2, 16, Window2D.Valid(14, 14, 2, 2)),
               new(kind, 2, 4, Window2D.Valid(7, 9, 2, 2)), new(kind, 1, 12, Window2D.Valid(9, 12, 3, 3)),
               new(kind, 2, 10, Window2D.Valid(8, 8, 8, 8)), new(kind, 1, 96, Window2D.Same(9, 8, 3, 2)),
               new(kind, 2, 65, Window2D.Valid(4, 4, 4, 4)), new(kind, 1, 4, new Window2D(7, 5, 3, 1, 2, 1, 1, 0, 4, 5)),
           }
           select c,
    ];

    public int[] InputShape => [Images, Window.Height, Window.Width, Channels];

    public int[] OutputShape => [Images, Window.OutHeight, Window.OutWidth, Channels];

    public int InputCount => Images * Window.Height * Window.Width * Channels;

    public int OutputCount => Images * Window.OutHeight * Window.OutWidth * Channels;

    public override string ToString() => $"{Kind}, {new ConvSizes(Images, Channels, Channels, Window)}";
}
