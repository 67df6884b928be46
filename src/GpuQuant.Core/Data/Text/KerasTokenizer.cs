using System.Buffers;
using System.Runtime.InteropServices;

namespace GpuQuant.Data.Text;

/// <summary>
/// Turns texts into sequences of word numbers as the tokenizer of Keras does: lower case, punctuation (but not the apostrophe), tabs
/// and line feeds become spaces, words stand between spaces. The training texts' words are ranked by frequency, ties by which was seen
/// first; the most frequent word has index 1. Words with an index of <see cref="WordLimit"/> or more, and unknown ones, are dropped.
/// </summary>
/// <example>
/// Fitted on "the cat" and "The cat, the dog!" with limit 3: the = 1, cat = 2, dog = 3. "The dog saw the cat" becomes 1 1 2 (saw is
/// unknown, dog too rare); encoded to length 5 it is 0 0 1 1 2, to length 2 it is 1 2.
/// </example>
public sealed class KerasTokenizer
{
    private static readonly SearchValues<char> Separators = SearchValues.Create(" !\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n");

    private readonly Dictionary<string, int> _indices;

    private KerasTokenizer(string[] ranked, int wordLimit)
    {
        (Vocabulary, WordLimit) = (ranked, wordLimit);
        _indices = ranked.Take(wordLimit - 1).Index().ToDictionary(entry => entry.Item, entry => entry.Index + 1);
    }

    /// <summary>All words of the training texts, the most frequent one first: the word at place i has index i + 1.</summary>
    public IReadOnlyList<string> Vocabulary { get; }

    /// <summary>The first index that is dropped, Keras's <c>num_words</c>: encoded texts hold 0 (padding) to <c>WordLimit - 1</c>.</summary>
    public int WordLimit { get; }

    /// <summary>Learns the vocabulary of the training texts.</summary>
    /// <param name="texts">The texts, in the data set's order, which decides ties.</param>
    /// <param name="wordLimit">The first index that is dropped, at least 1: 20,000 keeps the 19,999 most frequent words.</param>
    public static KerasTokenizer Fit(IEnumerable<string> texts, int wordLimit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(wordLimit, 1);
        var counts = new Dictionary<string, int>();
        var words = new List<string>();
        var lookup = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var lower in texts.Select(PythonText.Lower))
            foreach (var range in lower.AsSpan().SplitAny(Separators))
                if (lower.AsSpan()[range] is { Length: > 0 } word)
                {
                    CollectionsMarshal.GetValueRefOrAddDefault(lookup, word, out var known)++;
                    if (!known)
                        words.Add(word.ToString());
                }
        // A stable sort: among equals the word that was seen first stays first.
        return new KerasTokenizer([.. words.OrderByDescending(word => counts[word])], wordLimit);
    }

    /// <summary>The indices of a text's known words, in their order; as long as the text has such words.</summary>
    public IReadOnlyList<int> Sequence(string text)
    {
        var sequence = new List<int>();
        var lookup = _indices.GetAlternateLookup<ReadOnlySpan<char>>();
        var lower = PythonText.Lower(text);
        foreach (var range in lower.AsSpan().SplitAny(Separators))
            if (lookup.TryGetValue(lower.AsSpan()[range], out var index))
                sequence.Add(index);
        return sequence;
    }

    /// <summary>Encodes a text to a fixed length: zeros in front of a shorter sequence; of a longer one the front is cut off.</summary>
    public void Encode(string text, Span<int> destination)
    {
        var sequence = Sequence(text);
        var padding = destination.Length - sequence.Count;
        destination[..Math.Max(padding, 0)].Clear();
        for (var i = Math.Max(padding, 0); i < destination.Length; i++)
            destination[i] = sequence[i - padding];
    }
}
