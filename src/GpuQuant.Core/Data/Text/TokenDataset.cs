using System.Runtime.InteropServices;
using GpuQuant.Numerics;

namespace GpuQuant.Data.Text;

/// <summary>A labelled set of texts of one length, as word numbers (<see cref="DType.Int32"/>) that lie in memory.</summary>
public sealed class TokenDataset : IDataset
{
    private readonly int[] _tokens;
    private readonly byte[] _labels;
    private readonly int _length;

    private TokenDataset(string name, int[] tokens, byte[] labels, int length, int classes, KerasTokenizer tokenizer)
    {
        (Name, _tokens, _labels, _length, Classes, SampleShape) = (name, tokens, labels, length, classes, new Shape(length));
        Vocabulary = [.. tokenizer.Vocabulary.Take(tokenizer.WordLimit - 1)];
    }

    /// <summary>Encodes texts.</summary>
    /// <param name="name">The name in result rows, such as <c>imdb/test</c>.</param>
    /// <param name="texts">The texts with their classes, 0 to <paramref name="classes"/> - 1.</param>
    /// <param name="tokenizer">The tokenizer, fitted on the training texts.</param>
    /// <param name="length">The length of every sample: padded and cut at the front.</param>
    /// <param name="classes">The number of classes, at most 256.</param>
    public static TokenDataset Encode(
        string name, IReadOnlyList<LabelledText> texts, KerasTokenizer tokenizer, int length, int classes)
    {
        var tokens = new int[checked(texts.Count * length)];
        Parallel.For(0, texts.Count, i => tokenizer.Encode(texts[i].Text, tokens.AsSpan(i * length, length)));
        return new TokenDataset(name, tokens, [.. texts.Select(text => text.Label)], length, classes, tokenizer);
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
    public DType SampleType => DType.Int32;

    /// <inheritdoc/>
    public IReadOnlyList<string>? Vocabulary { get; }

    /// <inheritdoc/>
    public int Label(int index) => _labels[index];

    /// <inheritdoc/>
    public void Read(int index, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_labels.Length, nameof(index));
        MemoryMarshal.AsBytes(_tokens.AsSpan(index * _length, _length)).CopyTo(destination);
    }
}
