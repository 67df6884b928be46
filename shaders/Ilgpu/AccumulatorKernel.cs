using GpuQuant.Backends;
using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Maps of int32 accumulators; one thread each.</summary>
internal static class AccumulatorKernel
{
    public static void FromFloat(
        Index1D i, ArrayView<float> x, ArrayView<int> bias, ArrayView<int> y, int accumulate, int channels, int hasBias) =>
        y[i] = (accumulate != 0 ? y[i] : 0) + (int)x[i] + (hasBias != 0 ? bias[i % channels] : 0);

    public static void Requantize(
        Index1D i, ArrayView<int> x, ArrayView<int> bias, ArrayView<int> multipliers, ArrayView<int> shifts, ArrayView<byte> y,
        int channels, int hasBias, RequantizeSizes sizes)
    {
        var channel = i % channels;
        var accumulator = hasBias != 0 ? x[i] + bias[channel] : x[i];
        y[i] = sizes.Apply(accumulator, channel, multipliers, shifts);
    }

    public static void Scale(
        Index1D i, ArrayView<int> x, ArrayView<float> rowScales, ArrayView<float> channelScales, ArrayView<float> bias,
        ArrayView<float> y, int itemSize, int channels, int scales, int hasBias, Activation activation)
    {
        var channel = i % channels;
        var value = x[i] * (rowScales[i / itemSize] * channelScales[channel % scales]);
        y[i] = ActivationFormula.Apply(activation, hasBias != 0 ? value + bias[channel] : value);
    }
}
