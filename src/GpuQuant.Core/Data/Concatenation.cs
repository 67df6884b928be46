using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>The samples of one data set, then those of another of the same kind.</summary>
public sealed class Concatenation : IDataset
{
    private readonly IDataset _first, _second;

    /// <summary>Puts one behind the other.</summary>
    /// <exception cref="UsageException">Their samples or classes differ.</exception>
    public Concatenation(IDataset first, IDataset second)
    {
        if (!first.SampleShape.Equals(second.SampleShape) || first.SampleType != second.SampleType || first.Classes != second.Classes)
            throw new UsageException($"{first.Name} ({first.SampleShape} {first.SampleType}, {first.Classes} classes) and {second.Name} "
                + $"({second.SampleShape} {second.SampleType}, {second.Classes} classes) cannot be joined; both need equal samples and "
                + "classes.");
        (_first, _second) = (first, second);
    }

    /// <inheritdoc/>
    public string Name => $"{_first.Name}, {_second.Name}";

    /// <inheritdoc/>
    public int Count => _first.Count + _second.Count;

    /// <inheritdoc/>
    public int Classes => _first.Classes;

    /// <inheritdoc/>
    public Shape SampleShape => _first.SampleShape;

    /// <inheritdoc/>
    public DType SampleType => _first.SampleType;

    /// <inheritdoc/>
    public IReadOnlyList<string>? Vocabulary => _first.Vocabulary;

    /// <inheritdoc/>
    public int Label(int index) => index < _first.Count ? _first.Label(index) : _second.Label(index - _first.Count);

    /// <inheritdoc/>
    public void Read(int index, Span<byte> destination)
    {
        if (index < _first.Count)
            _first.Read(index, destination);
        else
            _second.Read(index - _first.Count, destination);
    }

    /// <inheritdoc/>
    public void Prefetch(ReadOnlySpan<int> upcoming)
    {
        var indices = upcoming.ToArray();
        _first.Prefetch(Array.FindAll(indices, index => index < _first.Count));
        _second.Prefetch(Array.ConvertAll(Array.FindAll(indices, index => index >= _first.Count), index => index - _first.Count));
    }
}
