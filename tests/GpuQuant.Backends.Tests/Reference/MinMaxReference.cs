namespace GpuQuant.Backends.Tests.Reference;

public static class MinMaxReference
{
    public static float[] Compute(float[] input, float[] range) => [Math.Min(range[0], input.Min()), Math.Max(range[1], input.Max())];
}
