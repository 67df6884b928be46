using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>Some samples of a data set, in the given order.</summary>
public sealed class Subset(IDataset source, int[] indices, string name) : IDataset
{
    private const int StackLimit = 1024;

    /// <summary>The first <paramref name="count"/> samples, or all if there are fewer.</summary>
    public static IDataset First(IDataset source, int count) =>
        count >= source.Count ? source : new Subset(source, [.. Enumerable.Range(0, count)], $"{source.Name}[..{count}]");

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public int Count => indices.Length;

    /// <inheritdoc/>
    public int Classes => source.Classes;

    /// <inheritdoc/>
    public Shape SampleShape => source.SampleShape;

    /// <inheritdoc/>
    public DType SampleType => source.SampleType;

    /// <inheritdoc/>
    public IReadOnlyList<string>? Vocabulary => source.Vocabulary;

    /// <inheritdoc/>
    public int Label(int index) => source.Label(indices[index]);

    /// <inheritdoc/>
    public void Read(int index, Span<byte> destination) => source.Read(indices[index], destination);

    /// <inheritdoc/>
    public void Prefetch(ReadOnlySpan<int> upcoming)
    {
        Span<int> mapped = upcoming.Length <= StackLimit ? stackalloc int[upcoming.Length] : new int[upcoming.Length];
        for (var i = 0; i < upcoming.Length; i++)
            mapped[i] = indices[upcoming[i]];
        source.Prefetch(mapped);
    }
}
