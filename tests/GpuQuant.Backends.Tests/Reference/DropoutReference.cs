namespace GpuQuant.Backends.Tests.Reference;

public static class DropoutReference
{
    /// <summary>Sample by sample from the draws of a stream at the sample's position, with the layer in the purpose's high bytes.</summary>
    public static float[] Compute(float[] input, int[] position, int layer, float rate)
    {
        var (batch, factor) = (position.Length - 3, 1 / (1 - rate));
        var (length, seed) = (input.Length / batch, (uint)position[0] | (ulong)(uint)position[1] << 32);
        var output = new float[input.Length];
        for (var n = 0; n < batch; n++)
        {
            var random = new RandomStream(
                seed, (RandomPurpose)((int)RandomPurpose.Dropout + 256 * layer), (uint)position[2], (uint)position[3 + n]);
            for (var i = 0; i < length; i += 2)
            {
                var word = random.NextUInt32();
                output[n * length + i] = Keep(input[n * length + i], word & 0xFFFF);
                if (i + 1 < length)
                    output[n * length + i + 1] = Keep(input[n * length + i + 1], word >> 16);
            }
        }
        return output;

        float Keep(float x, uint draw) => draw >= Math.Round(rate * 65536.0) ? x * factor : 0;
    }
}
