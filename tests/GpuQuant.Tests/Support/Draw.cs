using GpuQuant.Numerics;

namespace GpuQuant.Tests.Support;

/// <summary>Random inputs of tests: the same on every machine.</summary>
internal static class Draw
{
    /// <summary>Normal draws.</summary>
    public static float[] Normals(ulong seed, int count, double deviation = 1, double mean = 0)
    {
        var stream = new RandomStream(seed, RandomPurpose.Test);
        var values = new float[count];
        foreach (ref var value in values.AsSpan())
            value = (float)(mean + deviation * stream.NextNormal());
        return values;
    }

    /// <summary>Integers from <paramref name="low"/> to <paramref name="high"/>, both included.</summary>
    public static int[] Integers(ulong seed, int count, int low, int high)
    {
        var stream = new RandomStream(seed, RandomPurpose.Test);
        var values = new int[count];
        foreach (ref var value in values.AsSpan())
            value = stream.NextInt32(low, high + 1);
        return values;
    }

    /// <summary>Bytes over the whole range.</summary>
    public static byte[] Bytes(ulong seed, int count) => Array.ConvertAll(Integers(seed, count, 0, 255), i => (byte)i);
}
