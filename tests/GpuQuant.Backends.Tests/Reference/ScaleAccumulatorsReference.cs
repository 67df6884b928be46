namespace GpuQuant.Backends.Tests.Reference;

public static class ScaleAccumulatorsReference
{
    public static Approx[] Compute(
        int[] input, int columns, float[] rowScales, float[] channelScales, float[]? bias, Activation activation) =>
        [.. input.Select((accumulator, i) =>
        {
            var scale = (Approx)rowScales[i / (input.Length / rowScales.Length)] * channelScales[i % columns % channelScales.Length];
            var y = Approx.Round(accumulator, 0) * scale;
            return ActivationForwardReference.Apply(activation, bias is null ? y : y + bias[i % columns]);
        })];
}
