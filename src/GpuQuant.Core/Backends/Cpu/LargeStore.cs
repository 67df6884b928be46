using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// Stores to results that no cache holds until they are read: past the caches. An ordinary store first reads what it is about to
/// overwrite, a third of all traffic of a pass that reads one tensor and writes another.
/// </summary>
internal static unsafe class LargeStore
{
    private const long LeastBytes = 16 << 20;

    /// <summary>Whether results of this size and place go past the caches.</summary>
    public static bool IsWorthwhile(float* target, long count) => sizeof(float) * count >= LeastBytes && ((nint)target & 63) == 0;

    /// <summary>Stores 16 values, past the caches or not; past them, the target is aligned to 64 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreTo(this Vector512<float> value, float* target, bool pastCaches)
    {
        if (pastCaches)
            value.StoreAlignedNonTemporal(target);
        else
            value.Store(target);
    }

    /// <summary>Asks for memory some rounds before it is read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void FetchAhead(float* source)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(source + 512);
    }
}
