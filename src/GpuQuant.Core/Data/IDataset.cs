using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>
/// A labelled set of samples in their raw form: image bytes (<see cref="DType.UInt8"/>, height x width x channels) or token ids
/// (<see cref="DType.Int32"/>, time steps). Reading is pure and thread-safe: the same index gives the same bytes, always.
/// </summary>
public interface IDataset
{
    /// <summary>The name in result rows: <c>mnist/test</c>, <c>mnist/test+shot_noise5</c>.</summary>
    string Name { get; }

    /// <summary>The number of samples.</summary>
    int Count { get; }

    /// <summary>The number of classes; labels are 0 to <c>Classes - 1</c>.</summary>
    int Classes { get; }

    /// <summary>The shape of one sample.</summary>
    Shape SampleShape { get; }

    /// <summary>The element type of the raw samples.</summary>
    DType SampleType { get; }

    /// <summary>The words of a set of texts: the one at place i has number i + 1; null where nobody knows them, as of images.</summary>
    IReadOnlyList<string>? Vocabulary => null;

    /// <summary>The class of one sample.</summary>
    int Label(int index);

    /// <summary>Copies one sample's raw bytes (<c>SampleShape.Count * SampleType.Size()</c> of them).</summary>
    void Read(int index, Span<byte> destination);

    /// <summary>
    /// Tells which samples will be read next, in that order; replaces what was told before. A set whose samples take time, such as
    /// pictures to be decoded, makes them ready meanwhile on other threads; the others do nothing. Results never depend on it.
    /// </summary>
    void Prefetch(ReadOnlySpan<int> upcoming)
    {
    }
}
