namespace GpuQuant.Backends.Tests.Reference;

public static class Conv2DBackwardDataReference
{
    public static Approx[] Compute(ConvSizes sizes, float[] outputGradient, float[] kernel)
    {
        var sums = new ApproxSum[sizes.InputCount];
        foreach (var (x, w, y) in sizes.Products())
            sums[x].Add((Approx)outputGradient[y] * kernel[w]);
        return [.. sums.Select(sum => sum.Total)];
    }
}
