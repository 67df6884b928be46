using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>The sums of the rows of a matrix of int8 weights; one thread each.</summary>
internal static class WeightSumsKernel
{
    public static void Sum(Index1D row, ArrayView<sbyte> weights, ArrayView<int> sums, int depth)
    {
        var sum = 0;
        for (var k = 0; k < depth; k++)
            sum += weights[row * depth + k];
        sums[row] = sum;
    }
}
