using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Integer scaling per channel; one thread per output.</summary>
internal static class IntScaleKernel
{
    public static void Requantize(
        Index1D i, ArrayView<sbyte> x, ArrayView<sbyte> w, ArrayView<int> bias, ArrayView<int> multipliers, ArrayView<int> shifts,
        ArrayView<byte> y, int channels, int zeroPoint, RequantizeSizes requantize)
    {
        var channel = i % channels;
        y[i] = requantize.Apply((x[i] - zeroPoint) * w[channel] + bias[channel], channel, multipliers, shifts);
    }
}
