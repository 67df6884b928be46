namespace GpuQuant.Backends.Tests.Reference;

public static class FloatToAccumulatorReference
{
    public static int[] Compute(float[] input, int[] before, bool accumulate) =>
        [.. input.Zip(before, (x, old) => checked((accumulate ? old : 0) + (int)x))];
}
