using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Copies of columns; one thread per byte.</summary>
internal static class CopyColumnsKernel
{
    public static void Copy(Index1D i, ArrayView<byte> source, ArrayView<byte> destination, CopyColumnsSizes sizes)
    {
        var (row, offset) = (i / sizes.Bytes, i % sizes.Bytes);
        destination[row * sizes.DestinationRow + sizes.DestinationStart + offset] = source[row * sizes.SourceRow + sizes.SourceStart + offset];
    }
}
