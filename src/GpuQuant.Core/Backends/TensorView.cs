using GpuQuant.Numerics;

namespace GpuQuant.Backends;

/// <summary>A dense, row-major tensor on a device: an element type and a shape over some storage.</summary>
public sealed record TensorView
{
    /// <summary>Looks at <paramref name="storage"/> from <paramref name="byteOffset"/> on.</summary>
    /// <exception cref="UsageException">The tensor reaches beyond the storage.</exception>
    public TensorView(Storage storage, DType type, Shape shape, long byteOffset = 0)
    {
        (Storage, Type, Shape, ByteOffset) = (storage, type, shape, byteOffset);
        if (byteOffset < 0 || byteOffset + Bytes > storage.Bytes)
            throw new UsageException(
                $"A {type} tensor of shape {shape} at byte {byteOffset} does not fit into {storage.Name}, {storage.Bytes} bytes.");
    }

    /// <summary>The bytes' storage.</summary>
    public Storage Storage { get; }

    /// <summary>The element type.</summary>
    public DType Type { get; }

    /// <summary>The dimensions.</summary>
    public Shape Shape { get; }

    /// <summary>Where the tensor begins in its storage.</summary>
    public long ByteOffset { get; }

    /// <summary>The number of elements.</summary>
    public int Count => checked((int)Shape.Count);

    /// <summary>The size in bytes.</summary>
    public long Bytes => Shape.Count * Type.Size();

    /// <summary>The same elements under another shape.</summary>
    /// <exception cref="UsageException">The numbers of elements differ.</exception>
    public TensorView Reshape(Shape shape) => shape.Count == Shape.Count
        ? new(Storage, Type, shape, ByteOffset)
        : throw new UsageException($"{Storage.Name}: shape {Shape} has {Shape.Count} elements, {shape} has {shape.Count}.");

    /// <summary>A part of the elements, from <paramref name="start"/> on, under its own shape.</summary>
    public TensorView Slice(long start, Shape shape) => new(Storage, Type, shape, ByteOffset + start * Type.Size());

    /// <summary>A tensor with storage and memory of its own, outside any program's plan.</summary>
    public static TensorView Allocate(Backend backend, string name, DType type, Shape shape) =>
        new(Storage.Allocate(backend, name, shape.Count * type.Size()), type, shape);

    /// <inheritdoc/>
    public override string ToString() => $"{Storage.Name}:{Type}[{Shape}]";
}
