using System.Runtime.CompilerServices;

namespace GpuQuant.Kernels;

/// <summary>The inner product of four int8 numbers in each of two words, by plain instructions.</summary>
/// <example>0x000000FF and 0x00000003, -1 and 3 with zeros: the sum falls by 3.</example>
internal readonly struct PackedMultiplyAdd : IMultiplyAdd<int>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int MultiplyAdd(int a, int b, int sum) =>
        sum + (a << 24 >> 24) * (b << 24 >> 24) + (a << 16 >> 24) * (b << 16 >> 24) + (a << 8 >> 24) * (b << 8 >> 24) + (a >> 24) * (b >> 24);
}
