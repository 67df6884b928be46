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

    public static Approx[] Bias(ConvSizes sizes, float[] outputGradient)
    {
        var sums = new ApproxSum[sizes.Out];
        for (var y = 0; y < outputGradient.Length; y++)
            sums[y % sizes.Out].Add(outputGradient[y]);
        return [.. sums.Select(sum => sum.Total)];
    }
}
