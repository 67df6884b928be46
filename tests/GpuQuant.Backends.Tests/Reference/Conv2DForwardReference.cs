namespace GpuQuant.Backends.Tests.Reference;

public static class Conv2DForwardReference
{
    public static Approx[] Compute(ConvSizes sizes, float[] input, float[] kernel, float[]? bias, Activation activation,
        float[]? scale = null, float[]? shift = null, float[]? residual = null)
    {
        var sums = new ApproxSum[sizes.OutputCount];
        foreach (var (x, w, y) in sizes.Products())
            sums[y].Add((Approx)input[x] * kernel[w]);
        for (var y = 0; y < sums.Length && bias is not null; y++)
            sums[y].Add(bias[y % sizes.Out]);
        for (var y = 0; y < sums.Length; y++)
        {
            var value = sums[y].Total * (scale is null ? 1 : (Approx)scale[y % sizes.Out]);
            sums[y] = new ApproxSum();
            sums[y].Add(value);
            sums[y].Add(shift is null ? 0 : shift[y % sizes.Out]);
            sums[y].Add(residual is null ? 0 : residual[y]);
        }
        return [.. sums.Select(sum => ActivationForwardReference.Apply(activation, sum.Total))];
    }
}
