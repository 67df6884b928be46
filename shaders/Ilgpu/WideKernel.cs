using GpuQuant.Backends;
using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Maps of int16 numbers, and their pooling; one thread per output.</summary>
internal static class WideKernel
{
    public static void Quantize(Index1D i, ArrayView<float> x, ArrayView<short> q, float scale, int zeroPoint, Rounding rounding) =>
        q[i] = (short)QuantizeFormula.Quantize(x[i], scale, zeroPoint, short.MinValue, short.MaxValue, rounding);

    public static void Dequantize(Index1D i, ArrayView<short> q, ArrayView<float> x, float scale, int zeroPoint) =>
        x[i] = QuantizeFormula.Dequantize(q[i], scale, zeroPoint);

    public static void Add(Index1D i, ArrayView<short> left, ArrayView<short> right, ArrayView<short> y, IntAddFactors factors) =>
        y[i] = (short)IntAddFormula.Add(left[i], right[i], factors);

    public static void Scale(
        Index1D i, ArrayView<short> x, ArrayView<sbyte> w, ArrayView<long> bias, ArrayView<int> multipliers, ArrayView<int> shifts,
        ArrayView<short> y, int channels, RequantizeSizes requantize)
    {
        var channel = i % channels;
        y[i] = requantize.ApplyWide(x[i] * w[channel] + bias[channel], channel, multipliers, shifts);
    }

    public static void Requantize(
        Index1D i, ArrayView<int> low, ArrayView<int> high, ArrayView<long> bias, ArrayView<int> multipliers, ArrayView<int> shifts,
        ArrayView<short> y, WideSizes sizes, int hasHigh, RequantizeSizes requantize)
    {
        var channel = i % sizes.Out;
        var sum = (hasHigh != 0 ? high[i] * 256L : 0) + low[i] + (sizes.HasBias != 0 ? bias[channel] : 0);
        y[i] = requantize.ApplyWide(sum, channel, multipliers, shifts);
    }

    public static void Pool(Index1D i, ArrayView<short> x, ArrayView<short> y, Window2D window, int channels, int isMax)
    {
        var at = Pixel.Of(i, window.OutHeight, window.OutWidth, channels);
        var cells = WindowCells.Inputs(window, at.Y, at.X);
        var (greatest, sum) = ((int)short.MinValue, 0);
        for (var iy = cells.Rows.Start; iy < cells.Rows.End; iy++)
            for (var ix = cells.Columns.Start; ix < cells.Columns.End; ix++)
            {
                int value = x[((at.Image * window.Height + iy) * window.Width + ix) * channels + at.Channel];
                greatest = value > greatest ? value : greatest;
                sum += value;
            }
        var half = sum < 0 ? -(cells.Count / 2) : cells.Count / 2;
        y[i] = (short)(isMax != 0 ? greatest : (sum + half) / cells.Count);
    }
}
