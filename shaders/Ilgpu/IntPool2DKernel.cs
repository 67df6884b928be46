using GpuQuant.Backends;
using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Pooling of int8 images; one thread per output.</summary>
internal static class IntPool2DKernel
{
    public static void Max(Index1D i, ArrayView<sbyte> x, ArrayView<sbyte> y, Window2D window, int channels)
    {
        var at = Pixel.Of(i, window.OutHeight, window.OutWidth, channels);
        var cells = WindowCells.Inputs(window, at.Y, at.X);
        var greatest = -128;
        for (var iy = cells.Rows.Start; iy < cells.Rows.End; iy++)
            for (var ix = cells.Columns.Start; ix < cells.Columns.End; ix++)
            {
                int value = x[((at.Image * window.Height + iy) * window.Width + ix) * channels + at.Channel];
                greatest = value > greatest ? value : greatest;
            }
        y[i] = (sbyte)greatest;
    }

    public static void Average(Index1D i, ArrayView<sbyte> x, ArrayView<sbyte> y, Window2D window, int channels)
    {
        var at = Pixel.Of(i, window.OutHeight, window.OutWidth, channels);
        var cells = WindowCells.Inputs(window, at.Y, at.X);
        var sum = 0;
        for (var iy = cells.Rows.Start; iy < cells.Rows.End; iy++)
            for (var ix = cells.Columns.Start; ix < cells.Columns.End; ix++)
                sum += x[((at.Image * window.Height + iy) * window.Width + ix) * channels + at.Channel];
        var half = sum < 0 ? -(cells.Count / 2) : cells.Count / 2;
        y[i] = (sbyte)((sum + half) / cells.Count);
    }
}
