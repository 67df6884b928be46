using GpuQuant.Backends;
using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>C = activation(op(A) op(B) + bias); one thread per element of C.</summary>
internal static class GemmKernel
{
    public static void Multiply(
        Index1D i, ArrayView<float> a, ArrayView<float> b, ArrayView<float> bias, ArrayView<float> c, GemmSizes sizes)
    {
        var column = i % sizes.N;
        var left = i / sizes.N * sizes.RowA;
        var right = column * sizes.ColumnB;
        var sum = 0f;
        for (var k = 0; k < sizes.K; k++)
            sum += a[left + k * sizes.StepA] * b[right + k * sizes.StepB];
        if (sizes.HasBias != 0)
            sum += bias[column];
        c[i] = ActivationFormula.Apply(sizes.Activation, sum);
    }
}
