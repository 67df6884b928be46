namespace GpuQuant.Backends.Tests.Reference;

public static class MovingAverageReference
{
    public static Approx[] Compute(float[] source, float[] average, float share) =>
        [.. source.Select((value, i) => ((Approx)1 - share) * average[i] + (Approx)share * value)];
}
