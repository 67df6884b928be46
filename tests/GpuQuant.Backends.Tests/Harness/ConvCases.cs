namespace GpuQuant.Backends.Tests.Harness;

/// <summary>The convolutions that every convolution test runs.</summary>
public static class ConvCases
{
    /// <summary>
    /// Kernels 1, 2, 3, 5; strides 1, 2, 3; both paddings; single pixels and channels; channel counts off any tile; a window that is
    /// not square; one more input channel than a wide vector holds; few channels at an even width, which kernels may take in pairs; grey images
    /// wider than a vector; padding beyond the window.
    /// </summary>
    public static IReadOnlyList<ConvSizes> All { get; } =
    [
        new(1, 1, 1, Window2D.Valid(1, 1, 1, 1)),
        new(2, 3, 5, Window2D.Same(7, 7, 3, 1)),
        new(3, 5, 7, Window2D.Same(8, 6, 3, 2)),
        new(1, 4, 3, Window2D.Valid(9, 11, 5, 1)),
        new(2, 2, 17, Window2D.Same(9, 11, 5, 3)),
        new(2, 65, 33, Window2D.Valid(5, 5, 1, 1)),
        new(1, 7, 16, Window2D.Valid(6, 9, 1, 2)),
        new(2, 16, 31, Window2D.Valid(7, 5, 2, 2)),
        new(3, 1, 6, Window2D.Same(7, 5, 2, 2)),
        new(1, 3, 2, Window2D.Same(4, 4, 3, 3)),
        new(1, 2, 3, new Window2D(9, 5, 3, 1, 2, 1, 1, 0, 5, 5)),
        new(1, 1, 6, Window2D.Same(28, 28, 5, 1)),
        new(5, 17, 19, Window2D.Same(13, 11, 3, 1)),
        new(1, 2, 2, Window2D.Same(2, 2, 5, 1)),
        new(3, 6, 16, Window2D.Same(14, 14, 5, 1)),
        new(2, 8, 4, Window2D.Same(6, 6, 3, 2)),
        new(18, 3, 8, Window2D.Same(4, 4, 3, 1)),
        new(1, 5, 40, Window2D.Valid(3, 3, 1, 1)),
        new(4, 33, 65, Window2D.Same(6, 6, 3, 1)),
        new(2, 7, 12, Window2D.Valid(30, 30, 1, 1)),
        new(2, 1, 5, Window2D.Same(5, 37, 3, 1)),
        new(3, 1, 3, Window2D.Valid(9, 66, 4, 1)),
        new(1, 1, 2, new Window2D(6, 5, 2, 2, 1, 1, 3, 3, 7, 9)),
    ];

    /// <summary>
    /// Those for kernels that compute in blocks: one, few, and many blocks, at their edges and off them; channels in whole groups of four and
    /// others; strides, padding on one side, more pixels than one chunk of a gradient's sum.
    /// </summary>
    public static IReadOnlyList<ConvSizes> Blocked { get; } =
    [
        new(1, 1, 1, Window2D.Valid(1, 1, 1, 1)),
        new(2, 3, 5, Window2D.Same(7, 7, 3, 1)),
        new(2, 8, 12, Window2D.Same(5, 6, 3, 2)),
        new(1, 2, 3, new Window2D(9, 5, 3, 1, 2, 1, 1, 0, 5, 5)),
        new(1, 4, 33, Window2D.Valid(6, 5, 2, 3)),
        new(2, 1, 6, Window2D.Same(14, 14, 5, 1)),
        new(1, 2, 2, Window2D.Same(2, 2, 5, 1)),
    ];
}
