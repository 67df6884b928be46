using GpuQuant.Backends;

namespace GpuQuant.Kernels;

/// <summary>The rectangle of pixels, inside the image, on the other side of a sliding window.</summary>
internal readonly record struct WindowCells(Span1D Rows, Span1D Columns)
{
    public int Count => Rows.Length * Columns.Length;

    /// <summary>The input pixels that the window of an output pixel covers.</summary>
    public static WindowCells Inputs(Window2D window, int y, int x) =>
        new(Span1D.InputsOf(y, window.StrideY, window.PadTop, window.KernelHeight, window.Height),
            Span1D.InputsOf(x, window.StrideX, window.PadLeft, window.KernelWidth, window.Width));

    /// <summary>The output pixels whose windows cover an input pixel.</summary>
    public static WindowCells Outputs(Window2D window, int y, int x) =>
        new(Span1D.OutputsOf(y, window.StrideY, window.PadTop, window.KernelHeight, window.OutHeight),
            Span1D.OutputsOf(x, window.StrideX, window.PadLeft, window.KernelWidth, window.OutWidth));

    /// <summary>The output pixels for which one pixel of the window lies inside the image.</summary>
    public static WindowCells OutputsAtTap(Window2D window, int y, int x) =>
        new(Span1D.OutputsAtTap(y, window.StrideY, window.PadTop, window.Height, window.OutHeight),
            Span1D.OutputsAtTap(x, window.StrideX, window.PadLeft, window.Width, window.OutWidth));
}
