namespace GpuQuant.Backends.Tests.Reference;

public static class FakeQuantizeBackwardReference
{
    public static float[] Compute(
        float[] input, float[] scales, int[] zeroPoints, float[] outputGradient, int inner, int minimum, int maximum) =>
        [.. input.Select((x, i) =>
        {
            var channel = i / inner % scales.Length;
            var q = FakeQuantizeForwardReference.Steps(x, scales[channel]) + zeroPoints[channel];
            return q >= minimum && q <= maximum ? outputGradient[i] : 0;
        })];
}
