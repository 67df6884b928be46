using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>Stores of the first bytes of a vector that touch no byte behind them.</summary>
internal static unsafe class PartialStore
{
    /// <summary>Stores the first <paramref name="count"/> of 16 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Bytes(Vector128<byte> bytes, byte* target, int count)
    {
        if (count >= 16)
            bytes.Store(target);
        else
            Few(bytes, target, count);
    }

    private static void Few(Vector128<byte> bytes, byte* target, int count)
    {
        var (rest, high) = (bytes.AsUInt64()[0], bytes.AsUInt64()[1]);
        if ((count & 8) != 0)
        {
            *(ulong*)target = rest;
            rest = high;
            target += 8;
        }
        if ((count & 4) != 0)
        {
            *(uint*)target = (uint)rest;
            rest >>= 32;
            target += 4;
        }
        for (var i = 0; i < (count & 3); i++)
            target[i] = (byte)(rest >> 8 * i);
    }
}
