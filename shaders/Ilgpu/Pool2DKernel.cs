using GpuQuant.Backends;
using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Pooling and its gradient; one thread per element of the result.</summary>
internal static class Pool2DKernel
{
    public static void Max(Index1D i, ArrayView<float> x, ArrayView<float> y, Window2D window, int channels)
    {
        var at = Pixel.Of(i, window.OutHeight, window.OutWidth, channels);
        var cells = WindowCells.Inputs(window, at.Y, at.X);
        var greatest = float.NegativeInfinity;
        for (var iy = cells.Rows.Start; iy < cells.Rows.End; iy++)
            for (var ix = cells.Columns.Start; ix < cells.Columns.End; ix++)
            {
                var value = x[((at.Image * window.Height + iy) * window.Width + ix) * channels + at.Channel];
                if (value > greatest || Scalar.IsNaN(value)) // a NaN stays: nothing compares with it
                    greatest = value;
            }
        y[i] = greatest;
    }

    public static void Average(Index1D i, ArrayView<float> x, ArrayView<float> y, Window2D window, int channels)
    {
        var at = Pixel.Of(i, window.OutHeight, window.OutWidth, channels);
        var cells = WindowCells.Inputs(window, at.Y, at.X);
        var sum = 0f;
        for (var iy = cells.Rows.Start; iy < cells.Rows.End; iy++)
            for (var ix = cells.Columns.Start; ix < cells.Columns.End; ix++)
                sum += x[((at.Image * window.Height + iy) * window.Width + ix) * channels + at.Channel];
        y[i] = sum / cells.Count;
    }

    public static void MaxBackward(
        Index1D i, ArrayView<float> x, ArrayView<float> y, ArrayView<float> dy, ArrayView<float> dx, Window2D window, int channels,
        Activation activation)
    {
        var at = Pixel.Of(i, window.Height, window.Width, channels);
        var cells = WindowCells.Outputs(window, at.Y, at.X);
        var sum = 0f;
        for (var oy = cells.Rows.Start; oy < cells.Rows.End; oy++)
            for (var ox = cells.Columns.Start; ox < cells.Columns.End; ox++)
            {
                var output = ((at.Image * window.OutHeight + oy) * window.OutWidth + ox) * channels + at.Channel;
                if (FirstMaximum(x, y[output], at, WindowCells.Inputs(window, oy, ox), window, channels) == i)
                    sum += ActivationFormula.Gradient(activation, y[output], dy[output]);
            }
        dx[i] = sum;
    }

    public static void AverageBackward(Index1D i, ArrayView<float> dy, ArrayView<float> dx, Window2D window, int channels)
    {
        var at = Pixel.Of(i, window.Height, window.Width, channels);
        var cells = WindowCells.Outputs(window, at.Y, at.X);
        var sum = 0f;
        for (var oy = cells.Rows.Start; oy < cells.Rows.End; oy++)
            for (var ox = cells.Columns.Start; ox < cells.Columns.End; ox++)
            {
                var output = ((at.Image * window.OutHeight + oy) * window.OutWidth + ox) * channels + at.Channel;
                sum += dy[output] / WindowCells.Inputs(window, oy, ox).Count;
            }
        dx[i] = sum;
    }

    /// <summary>The first input of a window that equals its maximum; the window's first where that is NaN.</summary>
    private static int FirstMaximum(ArrayView<float> x, float greatest, Pixel at, WindowCells cells, Window2D window, int channels)
    {
        for (var iy = cells.Rows.Start; iy < cells.Rows.End; iy++)
            for (var ix = cells.Columns.Start; ix < cells.Columns.End; ix++)
            {
                var input = ((at.Image * window.Height + iy) * window.Width + ix) * channels + at.Channel;
                if (x[input] == greatest || Scalar.IsNaN(greatest))
                    return input;
            }
        return -1;
    }
}
