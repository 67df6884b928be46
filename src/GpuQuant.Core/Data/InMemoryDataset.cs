using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>Other samples under the labels of a set, held in memory: the shifted, published or kept form of each of its own.</summary>
public sealed class InMemoryDataset : IDataset
{
    private readonly Tensor _samples;
    private readonly int[] _labels;
    private readonly int _length;

    /// <summary>Makes a set over the given samples, which are kept, not copied, and must not change afterwards.</summary>
    /// <param name="name">The name in result rows.</param>
    /// <param name="samples">The samples: count x the sample's shape.</param>
    /// <param name="labelled">Gives labels and classes; sample i of both belong together.</param>
    /// <exception cref="DataException">The samples have another number, type or shape than the labelled set's.</exception>
    public InMemoryDataset(string name, Tensor samples, IDataset labelled)
    {
        if (samples.Type != labelled.SampleType || !samples.Shape.Equals(labelled.SampleShape.Prepend(labelled.Count)))
            throw new DataException($"'{name}' holds {samples.Type} of {samples.Shape}, expected {labelled.SampleType} of "
                + $"{labelled.SampleShape.Prepend(labelled.Count)} as {labelled.Name} has them; check where the samples came from.");
        (Name, _samples, Classes, SampleShape, Vocabulary) =
            (name, samples, labelled.Classes, labelled.SampleShape, labelled.Vocabulary);
        _labels = [.. Enumerable.Range(0, labelled.Count).Select(labelled.Label)];
        _length = labelled.SampleBytes();
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
    public DType SampleType => _samples.Type;

    /// <inheritdoc/>
    public IReadOnlyList<string>? Vocabulary { get; }

    /// <inheritdoc/>
    public int Label(int index) => _labels[index];

    /// <inheritdoc/>
    public void Read(int index, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_labels.Length, nameof(index));
        _samples.Bytes.Slice(index * _length, _length).CopyTo(destination);
    }
}
