namespace GpuQuant.Backends.Tests.Reference;

public static class Conv2DForwardReference
{
    public static Approx[] Compute(ConvSizes sizes, float[] input, float[] kernel, float[]? bias, Activation activation)
    {
        var sums = new ApproxSum[sizes.OutputCount];
        foreach (var (x, w, y) in sizes.Products())
            sums[y].Add((Approx)input[x] * kernel[w]);
        for (var y = 0; y < sums.Length && bias is not null; y++)
            sums[y].Add(bias[y % sizes.Out]);
        return [.. sums.Select(sum => ActivationForwardReference.Apply(activation, sum.Total))];
    }
}
