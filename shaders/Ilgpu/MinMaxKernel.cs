using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>The range of a tensor in two stages of fixed order.</summary>
internal static class MinMaxKernel
{
    /// <summary>Thread i of so many looks at elements i, i + threads and so on; the parts are least, greatest of each thread.</summary>
    public static void Chunk(Index1D i, ArrayView<float> x, ArrayView<float> parts, int threads, int count)
    {
        var (least, greatest) = (x[i], x[i]);
        for (var at = i + threads; at < count; at += threads)
        {
            least = x[at] < least ? x[at] : least;
            greatest = x[at] > greatest ? x[at] : greatest;
        }
        parts[i * 2] = least;
        parts[i * 2 + 1] = greatest;
    }

    /// <summary>Thread 0 finishes the least, thread 1 the greatest.</summary>
    public static void Finish(Index1D side, ArrayView<float> parts, ArrayView<float> range, int threads)
    {
        var extreme = range[side];
        for (var i = 0; i < threads; i++)
        {
            var value = parts[i * 2 + side];
            var isFurther = side == 0 ? value < extreme : value > extreme;
            extreme = isFurther ? value : extreme;
        }
        range[side] = extreme;
    }
}
