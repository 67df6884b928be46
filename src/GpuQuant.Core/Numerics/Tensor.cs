using System.Runtime.InteropServices;

namespace GpuQuant.Numerics;

/// <summary>A tensor in host memory: an element type, a shape and the bytes, dense and in row-major order.</summary>
public sealed class Tensor
{
    private readonly byte[] _bytes;

    /// <summary>Makes a tensor of zeros.</summary>
    public Tensor(DType type, Shape shape) : this(type, shape, new byte[checked((int)(shape.Count * type.Size()))])
    {
    }

    /// <summary>Makes a tensor over the given bytes, which are kept, not copied.</summary>
    /// <exception cref="UsageException">The number of bytes does not fit the shape.</exception>
    public Tensor(DType type, Shape shape, byte[] bytes)
    {
        // Checked: 2^61 elements of 8 bytes would wrap round to none.
        if (bytes.LongLength != checked(shape.Count * type.Size()))
            throw new UsageException($"A {type} tensor of shape {shape} takes {shape.Count * type.Size()} bytes, not {bytes.LongLength}.");
        (Type, Shape, _bytes) = (type, shape, bytes);
    }

    /// <summary>The element type.</summary>
    public DType Type { get; }

    /// <summary>The dimensions.</summary>
    public Shape Shape { get; }

    /// <summary>The raw bytes, little-endian.</summary>
    public Span<byte> Bytes => _bytes;

    /// <summary>Makes a tensor that holds a copy of the values.</summary>
    public static Tensor From<T>(ReadOnlySpan<T> values, Shape shape) where T : unmanaged =>
        new(DTypes.Of<T>(), shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>The elements, to read and write.</summary>
    /// <exception cref="UsageException">The elements are of another type.</exception>
    public Span<T> Span<T>() where T : unmanaged =>
        DTypes.Of<T>() == Type
            ? MemoryMarshal.Cast<byte, T>(_bytes.AsSpan())
            : throw new UsageException($"The tensor holds {Type}, not {DTypes.Of<T>()}.");

    /// <summary>A copy that shares nothing with this tensor.</summary>
    public Tensor Clone() => new(Type, Shape, [.. _bytes]);

    /// <summary>A float32 matrix with rows and columns exchanged: [[1, 2], [3, 4]] gives [[1, 3], [2, 4]].</summary>
    /// <exception cref="UsageException">The tensor is no float32 matrix.</exception>
    public Tensor Transposed()
    {
        if (Shape.Rank != 2)
            throw new UsageException($"Only a matrix can be transposed; the tensor has the shape {Shape}.");
        var (rows, columns) = (Shape[0], Shape[1]);
        var transposed = new Tensor(DType.Float32, new Shape(columns, rows));
        var from = Span<float>();
        var to = transposed.Span<float>();
        for (var row = 0; row < rows; row++)
            for (var column = 0; column < columns; column++)
                to[column * rows + row] = from[row * columns + column];
        return transposed;
    }
}
