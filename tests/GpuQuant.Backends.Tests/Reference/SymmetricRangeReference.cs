namespace GpuQuant.Backends.Tests.Reference;

public static class SymmetricRangeReference
{
    /// <summary>The greatest magnitude of each channel over the greatest integer; 1 for less than the least normal number.</summary>
    public static float[] Compute(float[] input, int channels, int maximum) => [.. input.Chunk(input.Length / channels)
        .Select(channel => channel.Max(Math.Abs) / maximum).Select(scale => float.IsNormal(scale) ? scale : 1)];
}
