using System.Numerics;

namespace GpuQuant.Quantization.PostTraining;

/// <summary>Sums of rows, the inner loop of products.</summary>
internal static class RowSums
{
    /// <summary>sum += factor * row, each element by itself: the same bits for any vector width.</summary>
    public static void AddScaled<T>(T factor, ReadOnlySpan<T> row, Span<T> sum) where T : struct, INumber<T>
    {
        var i = 0;
        for (; i <= row.Length - Vector<T>.Count; i += Vector<T>.Count)
            (new Vector<T>(sum[i..]) + new Vector<T>(row[i..]) * factor).CopyTo(sum[i..]);
        for (; i < row.Length; i++)
            sum[i] += row[i] * factor;
    }
}
