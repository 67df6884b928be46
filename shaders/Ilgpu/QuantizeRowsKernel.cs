using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Quantization with a range per row: first the ranges, one thread per row, then the elements.</summary>
internal static class QuantizeRowsKernel
{
    public static void Range(Index1D row, ArrayView<float> x, ArrayView<float> scales, ArrayView<int> zeroPoints, int columns)
    {
        var (least, greatest) = (0f, 0f);
        for (var i = row * columns; i < (row + 1) * columns; i++)
        {
            least = x[i] < least ? x[i] : least;
            greatest = x[i] > greatest ? x[i] : greatest;
        }
        var isZero = least == 0 && greatest == 0;
        var scale = isZero ? 1 : (greatest - least) / 255;
        var zeroPoint = -least < greatest ? -128 - least / scale : 127 - greatest / scale;
        scales[row] = scale;
        zeroPoints[row] = isZero ? 0 : QuantizeFormula.Place(QuantizeFormula.RoundHalfAway(zeroPoint), 0, -128, 127);
    }

    public static void Quantize(
        Index1D i, ArrayView<float> x, ArrayView<float> scales, ArrayView<int> zeroPoints, ArrayView<sbyte> q, int columns)
    {
        var row = i / columns;
        var steps = QuantizeFormula.RoundHalfAway(x[i] * (1 / scales[row]));
        q[i] = (sbyte)QuantizeFormula.Place(steps, zeroPoints[row], -128, 127);
    }
}
