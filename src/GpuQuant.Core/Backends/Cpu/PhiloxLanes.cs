using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// Philox 4x32-10 (<see cref="Numerics.Philox"/>) on eight neighbouring counters at once. Each 64-bit lane carries one counter's word in
/// its low half; what the high half holds does not matter, since the multiplication reads the low halves only.
/// </summary>
internal readonly struct PhiloxLanes(ulong seed, uint sample, uint epoch, uint purpose)
{
    private const uint M0 = 0xD2511F53, M1 = 0xCD9E8D57, W0 = 0x9E3779B9, W1 = 0xBB67AE85;

    // In this order, interleaving pairs of lanes at the end puts the counters into theirs.
    private static readonly Vector512<ulong> Offsets = Vector512.Create(0ul, 4, 1, 5, 2, 6, 3, 7);

    /// <summary>The 128 bits each of counters block to block + 7, as 16-bit parts in order: four counters in each vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (Vector512<ushort> First, Vector512<ushort> Second) Draw(uint block)
    {
        var x = Vector512.Create((ulong)block) + Offsets;
        var (y, z, w) = (Vector512.Create((ulong)sample), Vector512.Create((ulong)epoch), Vector512.Create((ulong)purpose));
        var (k0, k1) = ((uint)seed, (uint)(seed >> 32));
        for (var round = 0; round < 10; round++)
        {
            var (p0, p1) = (Multiply(x, M0), Multiply(z, M1));
            x = (p1 >>> 32) ^ y ^ Vector512.Create((ulong)k0);
            z = (p0 >>> 32) ^ w ^ Vector512.Create((ulong)k1);
            (y, w) = (p1, p0);
            k0 += W0;
            k1 += W1;
        }
        var (low, high) = (Pair(x, y), Pair(z, w));
        return (Even(low, high).AsUInt16(), Odd(low, high).AsUInt16());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Pair(Vector512<ulong> low, Vector512<ulong> high) =>
        (low & Vector512.Create(0xFFFFFFFFul)) | (high << 32);

    /// <summary>The even lanes of two vectors, alternating.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Even(Vector512<ulong> a, Vector512<ulong> b) => Avx512F.IsSupported
        ? Avx512F.UnpackLow(a, b)
        : Vector512.ConditionalSelect(LowHalves, a, Vector512.Shuffle(b, Vector512.Create(0ul, 0, 2, 2, 4, 4, 6, 6)));

    /// <summary>The odd lanes of two vectors, alternating.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Odd(Vector512<ulong> a, Vector512<ulong> b) => Avx512F.IsSupported
        ? Avx512F.UnpackHigh(a, b)
        : Vector512.ConditionalSelect(LowHalves, Vector512.Shuffle(a, Vector512.Create(1ul, 1, 3, 3, 5, 5, 7, 7)), b);

    private static Vector512<ulong> LowHalves => Vector512.Create(~0ul, 0, ~0ul, 0, ~0ul, 0, ~0ul, 0);

    /// <summary>32 x 32 to 64 bits in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> Multiply(Vector512<ulong> a, uint b)
    {
        if (Avx512F.IsSupported)
            return Avx512F.Multiply(a.AsUInt32(), Vector512.Create((ulong)b).AsUInt32());
        if (Avx2.IsSupported)
        {
            var factor = Vector256.Create((ulong)b).AsUInt32();
            return Vector512.Create(Avx2.Multiply(a.GetLower().AsUInt32(), factor), Avx2.Multiply(a.GetUpper().AsUInt32(), factor));
        }
        return (a & Vector512.Create(0xFFFFFFFFul)) * b;
    }
}
