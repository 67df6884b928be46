namespace GpuQuant.Backends.Tests.Reference;

public static class IntGemmReference
{
    /// <summary>Exact accumulators with their bias.</summary>
    public static int[] Accumulate(int m, int n, int k, sbyte[] a, sbyte[] b, int[]? bias, Func<int, int> zeroPointOfRow)
    {
        var sums = new int[m * n];
        for (var i = 0; i < sums.Length; i++)
        {
            var (row, column) = (i / n, i % n);
            long sum = bias?[column] ?? 0;
            for (var p = 0; p < k; p++)
                sum += (a[row * k + p] - zeroPointOfRow(row)) * b[column * k + p];
            sums[i] = checked((int)sum);
        }
        return sums;
    }
}
