namespace GpuQuant.Backends.Tests.Reference;

public static class IntScaleReference
{
    /// <summary>Exact accumulators with their bias.</summary>
    public static int[] Accumulate(sbyte[] input, sbyte[] kernel, int[] bias, int zeroPoint) =>
        [.. input.Select((x, i) => checked((x - zeroPoint) * kernel[i % kernel.Length] + bias[i % kernel.Length]))];
}
