using GpuQuant.Numerics;

namespace GpuQuant.Tests.Support;

/// <summary>Damaged copies of valid files: bits flipped, numbers replaced by awkward ones, pieces cut out, repeated, cut off or added.</summary>
internal static class Mutations
{
    private static readonly byte[][] Awkward =
    [
        [0], [1], [0x7F], [0x80], [0xFF], [(byte)'9'], [(byte)'-'], [(byte)'"'], [(byte)'}'], [0, 0, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF],
        [0x7F, 0xFF, 0xFF, 0xFF], [0xFF, 0xFF, 0xFF, 0x7F], [0, 0, 0, 0x80], [0x80, 0, 0, 0], [.. "99999999999"u8], [.. "1e9"u8],
    ];

    /// <summary>The n-th damaged copy of a file: the same for the same n on every machine.</summary>
    public static byte[] Of(byte[] valid, uint n)
    {
        var random = new RandomStream(1, RandomPurpose.Test, sample: n);
        var bytes = valid;
        for (var count = random.NextInt32(1, 4); count > 0; count--)
            bytes = Once(bytes, ref random);
        return bytes;
    }

    private static byte[] Once(byte[] bytes, ref RandomStream random)
    {
        var (from, to) = (random.NextInt32(0, bytes.Length + 1), random.NextInt32(0, bytes.Length + 1));
        if (from > to)
            (from, to) = (to, from);
        // Half of all places lie in the first 64 bytes, where formats keep their numbers.
        var place = random.NextInt32(0, random.NextBool() ? Math.Min(bytes.Length, 64) + 1 : bytes.Length + 1);
        return random.NextInt32(0, 8) switch
        {
            0 => bytes[..from],
            1 => [.. bytes[..from], .. bytes[to..]],
            2 => [.. bytes[..to], .. bytes[from..]],
            3 => [.. bytes, .. bytes[from..Math.Min(to, from + 16)]],
            4 or 5 => Replace(bytes, place, [(byte)random.NextUInt32()]),
            _ => Replace(bytes, place, Awkward[random.NextInt32(0, Awkward.Length)]),
        };
    }

    private static byte[] Replace(byte[] bytes, int place, byte[] by)
    {
        var changed = bytes.ToArray();
        by.AsSpan(0, Math.Min(by.Length, bytes.Length - place)).CopyTo(changed.AsSpan(place));
        return changed;
    }
}
