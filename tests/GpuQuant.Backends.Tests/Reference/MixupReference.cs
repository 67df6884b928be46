namespace GpuQuant.Backends.Tests.Reference;

public static class MixupReference
{
    public static Approx[] Compute(float[] input, int[] partners, float[] shares)
    {
        var length = input.Length / partners.Length;
        return [.. input.Select((value, i) => (Approx)shares[i / length] * value
            + (1 - (Approx)shares[i / length]) * input[partners[i / length] * length + i % length])];
    }
}
