using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>
/// Sums over the rows of a matrix in two stages of fixed order: the rows are cut into chunks, one thread adds up one column of one
/// chunk, then one thread adds up the chunks of one column.
/// </summary>
internal static class ColumnSumKernel
{
    /// <summary>Element i of chunks x columns.</summary>
    public static void Chunk(Index1D i, ArrayView<float> x, ArrayView<float> parts, int rows, int columns, int chunkSize)
    {
        var chunk = Span1D.Chunk(i / columns, chunkSize, rows);
        var sum = 0f;
        for (var r = chunk.Start; r < chunk.End; r++)
            sum += x[r * columns + i % columns];
        parts[i] = sum;
    }

    public static void Finish(Index1D column, ArrayView<float> parts, ArrayView<float> y, int chunks, int columns, int accumulate)
    {
        var sum = Total(parts, column, chunks, columns);
        y[column] = accumulate != 0 ? y[column] + sum : sum;
    }

    /// <summary>The sum over the chunks of one column.</summary>
    public static float Total(ArrayView<float> parts, int column, int chunks, int columns)
    {
        var sum = 0f;
        for (var chunk = 0; chunk < chunks; chunk++)
            sum += parts[chunk * columns + column];
        return sum;
    }
}
