using GpuQuant.Backends;
using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Integer convolution; one thread per output.</summary>
internal static class IntConv2DKernel
{
    public static void Accumulate(
        Index1D i, ArrayView<sbyte> x, ArrayView<sbyte> w, ArrayView<int> bias, ArrayView<int> rowZeroPoints, ArrayView<int> y,
        Window2D window, IntConv2DSizes sizes) =>
        y[i] = Sum(i, x, w, bias, rowZeroPoints, window, sizes);

    public static void Requantize(
        Index1D i, ArrayView<sbyte> x, ArrayView<sbyte> w, ArrayView<int> bias, ArrayView<int> rowZeroPoints,
        ArrayView<int> multipliers, ArrayView<int> shifts, ArrayView<byte> y, Window2D window, IntConv2DSizes sizes,
        RequantizeSizes requantize) =>
        y[i] = requantize.Apply(Sum(i, x, w, bias, rowZeroPoints, window, sizes), i % sizes.Out, multipliers, shifts);

    private static int Sum(
        int i, ArrayView<sbyte> x, ArrayView<sbyte> w, ArrayView<int> bias, ArrayView<int> rowZeroPoints, Window2D window,
        IntConv2DSizes sizes)
    {
        var at = Pixel.Of(i, window.OutHeight, window.OutWidth, sizes.Out);
        var cells = WindowCells.Inputs(window, at.Y, at.X);
        var (top, left) = (at.Y * window.StrideY - window.PadTop, at.X * window.StrideX - window.PadLeft);
        var zeroPoint = sizes.HasRowZeroPoints != 0 ? rowZeroPoints[at.Image] : sizes.ZeroPoint;
        var sum = sizes.HasBias != 0 ? bias[at.Channel] : 0;
        for (var iy = cells.Rows.Start; iy < cells.Rows.End; iy++)
            for (var ix = cells.Columns.Start; ix < cells.Columns.End; ix++)
            {
                var input = ((at.Image * window.Height + iy) * window.Width + ix) * sizes.In;
                var tap = ((at.Channel * window.KernelHeight + iy - top) * window.KernelWidth + ix - left) * sizes.In;
                for (var c = 0; c < sizes.In; c++)
                    sum += (x[input + c] - zeroPoint) * w[tap + c];
            }
        return sum;
    }
}
