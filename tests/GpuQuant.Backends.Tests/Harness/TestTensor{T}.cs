using System.Runtime.InteropServices;

namespace GpuQuant.Backends.Tests.Harness;

/// <summary>A guarded tensor of one element type.</summary>
public sealed class TestTensor<T>(Backend backend, Shape shape, T[]? initial, bool isWritten)
    : TestTensor(backend, DTypes.Of<T>(), shape, initial is null ? null : MemoryMarshal.AsBytes<T>(initial).ToArray(), isWritten)
    where T : unmanaged
{
    /// <summary>The values that the last run left.</summary>
    public T[] Result => MemoryMarshal.Cast<byte, T>(Bytes).ToArray();
}
