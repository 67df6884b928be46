using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Integer matrix product; one thread per output.</summary>
internal static class IntGemmKernel
{
    public static void Accumulate(
        Index1D i, ArrayView<sbyte> a, ArrayView<sbyte> b, ArrayView<int> bias, ArrayView<int> rowZeroPoints, ArrayView<int> y,
        IntGemmSizes sizes) =>
        y[i] = Sum(i, a, b, bias, rowZeroPoints, sizes);

    public static void Requantize(
        Index1D i, ArrayView<sbyte> a, ArrayView<sbyte> b, ArrayView<int> bias, ArrayView<int> rowZeroPoints,
        ArrayView<int> multipliers, ArrayView<int> shifts, ArrayView<byte> y, IntGemmSizes sizes, RequantizeSizes requantize) =>
        y[i] = requantize.Apply(Sum(i, a, b, bias, rowZeroPoints, sizes), i % sizes.N, multipliers, shifts);

    private static int Sum(
        int i, ArrayView<sbyte> a, ArrayView<sbyte> b, ArrayView<int> bias, ArrayView<int> rowZeroPoints, IntGemmSizes sizes)
    {
        var (row, column) = (i / sizes.N, i % sizes.N);
        var zeroPoint = sizes.HasRowZeroPoints != 0 ? rowZeroPoints[row] : sizes.ZeroPoint;
        var sum = sizes.HasBias != 0 ? bias[column] : 0;
        for (var k = 0; k < sizes.K; k++)
            sum += (a[row * sizes.K + k] - zeroPoint) * b[column * sizes.K + k];
        return sum;
    }
}
