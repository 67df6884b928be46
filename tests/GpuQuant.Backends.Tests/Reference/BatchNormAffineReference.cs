namespace GpuQuant.Backends.Tests.Reference;

public static class BatchNormAffineReference
{
    public static (Approx[] Scale, Approx[] Shift) Compute(float[] gamma, float[] beta, float[] mean, float[] variance, float epsilon)
    {
        var scale = variance.Select((v, c) => (Approx)gamma[c] * ((Approx)1 / Approx.Sqrt((Approx)v + epsilon))).ToArray();
        return (scale, [.. scale.Select((s, c) => (Approx)beta[c] - (Approx)mean[c] * s)]);
    }
}
