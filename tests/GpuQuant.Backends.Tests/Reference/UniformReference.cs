namespace GpuQuant.Backends.Tests.Reference;

public static class UniformReference
{
    /// <summary>Sample by sample from the words of a stream at the sample's position.</summary>
    public static float[] Compute(int[] position, int length, RandomPurpose purpose)
    {
        var (batch, seed) = (position.Length - 3, (uint)position[0] | (ulong)(uint)position[1] << 32);
        var output = new float[batch * length];
        for (var n = 0; n < batch; n++)
        {
            var random = new RandomStream(seed, purpose, (uint)position[2], (uint)position[3 + n]);
            for (var i = 0; i < length; i++)
                output[n * length + i] = (float)(Math.Floor(random.NextUInt32() / 256.0) / 8388608 - 1);
        }
        return output;
    }
}
