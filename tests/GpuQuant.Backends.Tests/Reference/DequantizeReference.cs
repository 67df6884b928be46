namespace GpuQuant.Backends.Tests.Reference;

public static class DequantizeReference
{
    /// <summary>The difference is a small integer, so there is one rounding: every bit is defined.</summary>
    public static float[] Compute(IEnumerable<int> input, float scale, int zeroPoint) => [.. input.Select(q => (q - zeroPoint) * scale)];
}
