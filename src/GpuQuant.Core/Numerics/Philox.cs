namespace GpuQuant.Numerics;

/// <summary>
/// The counter-based random generator Philox 4x32 with 10 rounds (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3"):
/// a pure function from a 128-bit counter and a 64-bit key to 128 random bits, so a draw depends on nothing but its position.
/// </summary>
/// <example>Counter 0 and key 0 give 6627e8d5 e169c58d bc57ac4c 9b00dbd8.</example>
public static class Philox
{
    private const uint M0 = 0xD2511F53, M1 = 0xCD9E8D57, W0 = 0x9E3779B9, W1 = 0xBB67AE85;

    /// <summary>Encrypts the counter (x, y, z, w) under the key (k0, k1).</summary>
    public static (uint X, uint Y, uint Z, uint W) Block(uint x, uint y, uint z, uint w, uint k0, uint k1)
    {
        for (var round = 0; round < 10; round++)
        {
            var p0 = (ulong)M0 * x;
            var p1 = (ulong)M1 * z;
            (x, y, z, w) = ((uint)(p1 >> 32) ^ y ^ k0, (uint)p1, (uint)(p0 >> 32) ^ w ^ k1, (uint)p0);
            k0 += W0;
            k1 += W1;
        }
        return (x, y, z, w);
    }
}
