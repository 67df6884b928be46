using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Data.Text;
using GpuQuant.Numerics;

namespace GpuQuant.Training.Attacks;

/// <summary>Candidates from a file of synonyms: those among them that the data set's vocabulary and the net's table hold.</summary>
internal sealed class WordSynonyms : WordCandidates
{
    private readonly int[][] _synonyms;

    /// <summary>Looks the vocabulary's words up.</summary>
    /// <exception cref="UsageException">The set's words are not known, or none of them has a synonym among them.</exception>
    public WordSynonyms(Backend backend, TensorView table, IDataset data, SynonymFile file) : base(backend, table)
    {
        var words = data.Vocabulary ?? throw new UsageException($"{data.Name} does not say what its words are, only their numbers; leave "
            + "the synonyms out: words are then exchanged for those near to them in the net's embedding.");
        var numbers = new Dictionary<string, int>();
        for (var i = 0; i < Math.Min(words.Count, table.Shape[0] - 1); i++)
            numbers[words[i]] = i + 1;
        _synonyms = new int[table.Shape[0]][];
        foreach (var (word, number) in numbers)
            _synonyms[number] = [.. file.Of(word).Where(numbers.ContainsKey).Select(other => numbers[other])];
        if (_synonyms.All(found => found is null or []))
            throw new UsageException($"'{file.Path}' has synonyms for {file.Words.Count} word(s), but no pair of {data.Name}'s words; give "
                + "a file in the language of the texts.");
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<int> Of(int word) => (uint)word < (uint)_synonyms.Length ? _synonyms[word] : [];

    /// <inheritdoc/>
    protected override void Find(int epoch, ReadOnlySpan<int> texts)
    {
    }
}
