using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Softmax of int8 logits by table; one thread per row.</summary>
internal static class IntSoftmaxKernel
{
    public static void Forward(Index1D row, ArrayView<sbyte> x, ArrayView<float> table, ArrayView<byte> y, int columns)
    {
        var (start, end) = (row * columns, row * columns + columns);
        var greatest = -128;
        for (var i = start; i < end; i++)
            greatest = x[i] > greatest ? x[i] : greatest;
        var sum = 0f;
        for (var i = start; i < end; i++)
            sum += table[greatest - x[i]];
        var inverse = SoftmaxFormula.Inverse(sum);
        for (var i = start; i < end; i++)
            y[i] = (byte)SoftmaxFormula.Probability(table[greatest - x[i]], inverse);
    }
}
