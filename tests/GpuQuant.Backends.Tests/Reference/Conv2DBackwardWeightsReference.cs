namespace GpuQuant.Backends.Tests.Reference;

public static class Conv2DBackwardWeightsReference
{
    public static Approx[] Compute(ConvSizes sizes, float[] input, float[] outputGradient)
    {
        var sums = new ApproxSum[sizes.KernelCount];
        foreach (var (x, w, y) in sizes.Products())
            sums[w].Add((Approx)outputGradient[y] * input[x]);
        return [.. sums.Select(sum => sum.Total)];
    }
}
