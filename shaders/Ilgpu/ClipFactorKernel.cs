using GpuQuant.Backends;
using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>What brings a vector down to a norm, in two stages of fixed order.</summary>
internal static class ClipFactorKernel
{
    /// <summary>The sum of the squares of chunk i.</summary>
    public static void Chunk(Index1D i, ArrayView<float> values, ArrayView<float> parts, int count, int chunkSize)
    {
        var chunk = Span1D.Chunk(i, chunkSize, count);
        var sum = 0f;
        for (var at = chunk.Start; at < chunk.End; at++)
            sum += values[at] * values[at];
        parts[i] = sum;
    }

    public static void Finish(Index1D i, ArrayView<float> parts, ArrayView<float> factor, int chunks, float limit)
    {
        var ratio = limit / (Scalar.Sqrt(ColumnSumKernel.Total(parts, 0, chunks, 1)) + ClipFactorCall.Epsilon);
        factor[i] = ratio < 1 ? ratio : 1;
    }
}
