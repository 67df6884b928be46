namespace GpuQuant.Backends.Tests.Reference;

public static class IntConv2DReference
{
    /// <summary>Exact accumulators with their bias.</summary>
    public static int[] Accumulate(ConvSizes sizes, sbyte[] input, sbyte[] kernel, int[]? bias, Func<int, int> zeroPointOfImage)
    {
        var sums = new long[sizes.OutputCount];
        foreach (var (x, w, y) in sizes.Products())
            sums[y] += (input[x] - zeroPointOfImage(y / (sums.Length / sizes.Images))) * kernel[w];
        return [.. sums.Select((sum, y) => checked((int)(sum + (bias?[y % sizes.Out] ?? 0))))];
    }
}
