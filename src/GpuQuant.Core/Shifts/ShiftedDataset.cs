using GpuQuant.Data;
using GpuQuant.Numerics;

namespace GpuQuant.Shifts;

/// <summary>
/// A data set whose samples are shifted when they are read. Sample i draws from the sequence (seed, Shift, the shift's number, i):
/// it does not matter in which order, how often or on which thread samples are read.
/// </summary>
public sealed class ShiftedDataset : IDataset
{
    private const int StackLimit = 4096;
    private readonly IDataset _source;
    private readonly ulong _seed;
    private readonly uint _shift;
    private readonly Corruption _corruption;
    private readonly uint? _key;
    private readonly int _bytes;

    /// <summary>Makes the shifted view of a set.</summary>
    /// <param name="source">The original set.</param>
    /// <param name="name">The name in result rows, <c>mnist/test+rotate2</c>.</param>
    /// <param name="seed">The seed of all draws.</param>
    /// <param name="shift">The shift's own stable number, so that two shifts with one seed draw independently.</param>
    /// <param name="corruption">What is done to a sample.</param>
    /// <param name="key">The index whose draws every sample takes; null: each its own.</param>
    public ShiftedDataset(IDataset source, string name, ulong seed, uint shift, Corruption corruption, uint? key = null)
    {
        (_source, Name, _seed, _shift, _corruption, _key) = (source, name, seed, shift, corruption, key);
        _bytes = checked((int)(source.SampleShape.Count * source.SampleType.Size()));
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int Count => _source.Count;

    /// <inheritdoc/>
    public int Classes => _source.Classes;

    /// <inheritdoc/>
    public Shape SampleShape => _source.SampleShape;

    /// <inheritdoc/>
    public DType SampleType => _source.SampleType;

    /// <inheritdoc/>
    public int Label(int index) => _source.Label(index);

    /// <inheritdoc/>
    public void Read(int index, Span<byte> destination)
    {
        var original = _bytes <= StackLimit ? stackalloc byte[_bytes] : new byte[_bytes];
        _source.Read(index, original);
        var random = new RandomStream(_seed, RandomPurpose.Shift, _shift, _key ?? (uint)index);
        _corruption(original, ref random, destination[.._bytes]);
    }

    /// <inheritdoc/>
    public void Prefetch(ReadOnlySpan<int> upcoming) => _source.Prefetch(upcoming);
}
