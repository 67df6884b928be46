using System.Buffers;

namespace GpuQuant.Shifts;

/// <summary>Working memory of one image, taken from a pool and given back at the end of the block.</summary>
internal readonly ref struct Rented<T> : IDisposable
{
    private readonly T[] _array;

    /// <summary>Takes an array; its contents are anything.</summary>
    public Rented(int length)
    {
        _array = ArrayPool<T>.Shared.Rent(length);
        Span = _array.AsSpan(0, length);
    }

    /// <summary>The memory.</summary>
    public Span<T> Span { get; }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<T>.Shared.Return(_array);
}
