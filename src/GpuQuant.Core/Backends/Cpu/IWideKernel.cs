using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace GpuQuant.Backends.Cpu;

/// <summary>Sixteen products of int16 and int8 for one set of instructions.</summary>
internal unsafe interface IWideKernel
{
    /// <summary>
    /// Eight sums of two products each, of 16 inputs with 16 weights; which two make a pair does not matter, only the sum of all does.
    /// </summary>
    static abstract Vector256<int> Products(Vector256<short> inputs, sbyte* weights);
}

/// <summary>AVX2: one instruction widens the weights, one multiplies and adds neighbours.</summary>
internal readonly unsafe struct Avx2WideKernel : IWideKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Products(Vector256<short> inputs, sbyte* weights) =>
        Avx2.MultiplyAddAdjacent(inputs, Avx2.ConvertToVector256Int16(weights));
}

/// <summary>Any processor.</summary>
internal readonly unsafe struct PortableWideKernel : IWideKernel
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<int> Products(Vector256<short> inputs, sbyte* weights)
    {
        var (low, high) = Vector128.Widen(Vector128.Load(weights));
        return Vector256.WidenLower(inputs) * Wide(low) + Vector256.WidenUpper(inputs) * Wide(high);
    }

    private static Vector256<int> Wide(Vector128<short> words) => Vector256.Create(Vector128.WidenLower(words), Vector128.WidenUpper(words));
}
