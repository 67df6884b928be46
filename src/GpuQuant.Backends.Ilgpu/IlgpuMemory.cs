using ILGPU;
using ILGPU.Runtime;

namespace GpuQuant.Backends.Ilgpu;

/// <summary>Memory of an ILGPU accelerator.</summary>
internal sealed class IlgpuMemory(MemoryBuffer1D<byte, Stride1D.Dense> buffer) : DeviceMemory(buffer.Length)
{
    /// <summary>A tensor's elements as a kernel sees them.</summary>
    public static ArrayView<T> View<T>(TensorView tensor) where T : unmanaged
    {
        var memory = (IlgpuMemory)tensor.Storage.Memory;
        return memory.Part(tensor.Storage.Offset + tensor.ByteOffset, tensor.Bytes).Cast<T>();
    }

    /// <summary>Where a tensor begins in a CUDA device's memory.</summary>
    public static long Address(TensorView tensor) => View<byte>(tensor).LoadEffectiveAddressAsPtr();

    /// <summary>Whether a tensor begins at a multiple of so many bytes; memory itself begins at one of 256 at least.</summary>
    public static bool IsAligned(TensorView tensor, int bytes) => (tensor.Storage.Offset + tensor.ByteOffset) % bytes == 0;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing) => buffer.Dispose();

    private ArrayView<byte> Part(long offset, long count) => buffer.View.BaseView.SubView(offset, count);
}
