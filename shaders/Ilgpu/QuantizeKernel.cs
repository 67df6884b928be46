using GpuQuant.Backends;
using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Floats to integers and back; one thread per element. Integers are bytes here, int8 and uint8 alike.</summary>
internal static class QuantizeKernel
{
    public static void Quantize(
        Index1D i, ArrayView<float> x, ArrayView<byte> q, float scale, int zeroPoint, int minimum, int maximum, Rounding rounding) =>
        q[i] = (byte)QuantizeFormula.Quantize(x[i], scale, zeroPoint, minimum, maximum, rounding);

    /// <summary>An item size of 0 means one zero point for all.</summary>
    public static void Dequantize(
        Index1D i, ArrayView<byte> q, ArrayView<float> x, ArrayView<int> itemZeroPoints, float scale, int zeroPoint, int isSigned,
        int itemSize)
    {
        int value = q[i];
        x[i] = QuantizeFormula.Dequantize(
            isSigned != 0 && value > 127 ? value - 256 : value, scale, itemSize == 0 ? zeroPoint : itemZeroPoints[i / itemSize]);
    }

    public static void FakeQuantize(
        Index1D i, ArrayView<float> x, ArrayView<float> scales, ArrayView<int> zeroPoints, ArrayView<float> y,
        int inner, int channels, int minimum, int maximum)
    {
        var c = i / inner % channels;
        y[i] = QuantizeFormula.FakeQuantize(x[i], scales[c], zeroPoints[c], minimum, maximum);
    }

    public static void FakeQuantizeBackward(
        Index1D i, ArrayView<float> x, ArrayView<float> scales, ArrayView<int> zeroPoints, ArrayView<float> dy, ArrayView<float> dx,
        int inner, int channels, int minimum, int maximum)
    {
        var c = i / inner % channels;
        dx[i] = QuantizeFormula.IsInside(x[i], scales[c], zeroPoints[c], minimum, maximum) ? dy[i] : 0;
    }
}
