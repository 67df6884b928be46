using GpuQuant.Backends;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Convolution of int16 images; one thread per output.</summary>
internal static class WideConv2DKernel
{
    public static void Requantize(
        Index1D i, ArrayView<short> x, ArrayView<sbyte> w, ArrayView<long> bias, ArrayView<int> multipliers, ArrayView<int> shifts,
        ArrayView<short> y, Window2D window, WideSizes sizes, RequantizeSizes requantize)
    {
        var sum = Sum(i, x, w, window, sizes) + (sizes.HasBias != 0 ? bias[i % sizes.Out] : 0);
        y[i] = requantize.ApplyWide(sum, i % sizes.Out, multipliers, shifts);
    }

    private static long Sum(int i, ArrayView<short> x, ArrayView<sbyte> w, Window2D window, WideSizes sizes)
    {
        var at = Pixel.Of(i, window.OutHeight, window.OutWidth, sizes.Out);
        var cells = WindowCells.Inputs(window, at.Y, at.X);
        var (top, left) = (at.Y * window.StrideY - window.PadTop, at.X * window.StrideX - window.PadLeft);
        var sum = 0L;
        for (var iy = cells.Rows.Start; iy < cells.Rows.End; iy++)
            for (var ix = cells.Columns.Start; ix < cells.Columns.End; ix++)
            {
                var input = ((at.Image * window.Height + iy) * window.Width + ix) * sizes.In;
                var tap = ((at.Channel * window.KernelHeight + iy - top) * window.KernelWidth + ix - left) * sizes.In;
                sum += sizes.FitsInt != 0 ? IntDot(x, w, input, tap, sizes.In) : LongDot(x, w, input, tap, sizes.In);
            }
        return sum;
    }

    private static int IntDot(ArrayView<short> x, ArrayView<sbyte> w, int input, int tap, int count)
    {
        var sum = 0;
        for (var c = 0; c < count; c++)
            sum += x[input + c] * w[tap + c];
        return sum;
    }

    private static long LongDot(ArrayView<short> x, ArrayView<sbyte> w, int input, int tap, int count)
    {
        var sum = 0L;
        for (var c = 0; c < count; c++)
            sum += x[input + c] * w[tap + c];
        return sum;
    }
}
