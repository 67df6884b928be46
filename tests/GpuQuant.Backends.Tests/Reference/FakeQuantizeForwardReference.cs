namespace GpuQuant.Backends.Tests.Reference;

public static class FakeQuantizeForwardReference
{
    /// <summary>The arithmetic is float32 with defined rounding, so every bit is defined.</summary>
    public static float[] Compute(float[] input, float[] scales, int[] zeroPoints, int inner, int minimum, int maximum) =>
        [.. input.Select((x, i) =>
        {
            var channel = i / inner % scales.Length;
            var q = Math.Clamp(Steps(x, scales[channel]) + zeroPoints[channel], minimum, maximum);
            return (float)(q - zeroPoints[channel]) * scales[channel];
        })];

    /// <summary>round(x / s), halves away from zero; the quotient is a float32.</summary>
    public static double Steps(float x, float scale) => Math.Round((double)(x / scale), MidpointRounding.AwayFromZero);
}
