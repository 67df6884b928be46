using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>A labelled set of images that lies in memory, one after the other.</summary>
public sealed class ImageDataset : IDataset
{
    private readonly byte[] _pixels;
    private readonly byte[] _labels;
    private readonly int _stride;

    /// <summary>Makes a set over the given arrays, which are kept, not copied, and must not change afterwards.</summary>
    /// <param name="name">The name in result rows, such as <c>mnist/test</c>.</param>
    /// <param name="pixels">The images: count x height x width x channels bytes.</param>
    /// <param name="labels">One class per image, 0 to <paramref name="classes"/> - 1.</param>
    /// <param name="sampleShape">Height x width x channels.</param>
    /// <param name="classes">The number of classes, 1 to 256.</param>
    /// <exception cref="DataException">The numbers of images and labels differ, or a label is outside the classes.</exception>
    /// <example>Two images of 28x28x1 take 1,568 pixels and 2 labels.</example>
    public ImageDataset(string name, byte[] pixels, byte[] labels, Shape sampleShape, int classes)
    {
        (Name, _pixels, _labels, SampleShape, Classes) = (name, pixels, labels, sampleShape, classes);
        _stride = checked((int)sampleShape.Count);
        if (pixels.LongLength != (long)labels.Length * _stride)
            throw new DataException($"'{name}' has {labels.Length} labels and {pixels.LongLength} bytes of images, "
                + $"expected {(long)labels.Length * _stride} bytes for images of {sampleShape}; check that the two files belong together.");
        var wrong = labels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(classes - 1));
        if (wrong >= 0)
            throw new DataException($"'{name}' gives sample {wrong} the label {labels[wrong]}, expected 0 to {classes - 1}; "
                + "check that the label file belongs to this data set.");
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _labels.Length;

    /// <inheritdoc/>
    public int Classes { get; }

    /// <inheritdoc/>
    public Shape SampleShape { get; }

    /// <inheritdoc/>
    public DType SampleType => DType.UInt8;

    /// <inheritdoc/>
    public int Label(int index) => _labels[index];

    /// <inheritdoc/>
    public void Read(int index, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_labels.Length, nameof(index));
        _pixels.AsSpan(index * _stride, _stride).CopyTo(destination);
    }
}
