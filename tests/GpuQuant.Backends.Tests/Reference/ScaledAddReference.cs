namespace GpuQuant.Backends.Tests.Reference;

public static class ScaledAddReference
{
    public static Approx[] Compute(float factor, float[] source, float[] target) =>
        [.. source.Zip(target, (s, t) => t + (Approx)factor * s)];
}
