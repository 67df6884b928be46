namespace GpuQuant.Backends.Tests.Reference;

public static class FloatToAccumulatorReference
{
    public static int[] Compute(float[] input, int[] before, bool accumulate, int[] bias) =>
        [.. input.Select((x, i) => checked((accumulate ? before[i] : 0) + (int)x + bias[i % bias.Length]))];
}
