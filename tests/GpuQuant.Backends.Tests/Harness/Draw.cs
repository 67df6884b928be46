namespace GpuQuant.Backends.Tests.Harness;

/// <summary>Inputs of tests: the same on every machine.</summary>
public static class Draw
{
    /// <summary>Normal draws; the same <paramref name="seed"/> gives the same values.</summary>
    public static float[] Normals(uint seed, int count, double deviation = 1, double mean = 0)
    {
        var stream = new RandomStream(seed, RandomPurpose.Test);
        var values = new float[count];
        for (var i = 0; i < count; i++)
            values[i] = (float)(mean + deviation * stream.NextNormal());
        return values;
    }

    /// <summary>Integers from <paramref name="low"/> to <paramref name="high"/>, both included; both occur if there is room.</summary>
    public static int[] Integers(uint seed, int count, int low, int high)
    {
        var stream = new RandomStream(seed, RandomPurpose.Test);
        var values = new int[count];
        for (var i = 0; i < count; i++)
            values[i] = (int)Math.Floor(stream.Uniform(low, high + 1.0));
        if (count > 1)
            (values[0], values[count / 2]) = (low, high);
        return values;
    }

    /// <summary>int8 values over the whole range, -128 and 127 among them.</summary>
    public static sbyte[] Int8(uint seed, int count) => [.. Integers(seed, count, -128, 127).Select(i => (sbyte)i)];

    /// <summary>int16 values over the whole range, -32,768 and 32,767 among them.</summary>
    public static short[] Int16(uint seed, int count) => [.. Integers(seed, count, -32768, 32767).Select(i => (short)i)];

    /// <summary>uint8 values over the whole range, 0 and 255 among them.</summary>
    public static byte[] UInt8(uint seed, int count) => [.. Integers(seed, count, 0, 255).Select(i => (byte)i)];
}
