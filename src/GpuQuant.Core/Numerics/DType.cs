namespace GpuQuant.Numerics;

/// <summary>The element types of tensors, on the host and on devices.</summary>
public enum DType
{
    /// <summary>32-bit float.</summary>
    Float32,
    /// <summary>16-bit float (IEEE binary16).</summary>
    Float16,
    /// <summary>The upper half of a 32-bit float; only a way to store values, .NET has no such type.</summary>
    BFloat16,
    /// <summary>Signed byte.</summary>
    Int8,
    /// <summary>Unsigned byte.</summary>
    UInt8,
    /// <summary>Signed 16-bit integer.</summary>
    Int16,
    /// <summary>Signed 32-bit integer.</summary>
    Int32,
    /// <summary>Signed 64-bit integer.</summary>
    Int64,
}

/// <summary>Sizes and .NET types of <see cref="DType"/>.</summary>
public static class DTypes
{
    /// <summary>Bytes per element: 4 for <see cref="DType.Float32"/>, 1 for <see cref="DType.Int8"/>.</summary>
    public static int Size(this DType type) => type switch
    {
        DType.Float32 or DType.Int32 => 4,
        DType.Float16 or DType.BFloat16 or DType.Int16 => 2,
        DType.Int8 or DType.UInt8 => 1,
        DType.Int64 => 8,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, null),
    };

    /// <summary>The element type that stores values of <typeparamref name="T"/>.</summary>
    /// <exception cref="ArgumentException"><typeparamref name="T"/> is none of the seven element types.</exception>
    public static DType Of<T>() where T : unmanaged =>
        typeof(T) == typeof(float) ? DType.Float32
        : typeof(T) == typeof(Half) ? DType.Float16
        : typeof(T) == typeof(sbyte) ? DType.Int8
        : typeof(T) == typeof(byte) ? DType.UInt8
        : typeof(T) == typeof(short) ? DType.Int16
        : typeof(T) == typeof(int) ? DType.Int32
        : typeof(T) == typeof(long) ? DType.Int64
        : throw new ArgumentException($"{typeof(T).Name} is no tensor element type.");
}
