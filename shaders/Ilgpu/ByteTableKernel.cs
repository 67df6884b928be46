using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Functions of int8 numbers by table; one thread per number.</summary>
internal static class ByteTableKernel
{
    public static void Look(Index1D i, ArrayView<sbyte> x, ArrayView<byte> table, ArrayView<byte> y) => y[i] = table[x[i] + 128];
}
