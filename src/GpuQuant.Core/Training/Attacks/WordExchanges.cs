namespace GpuQuant.Training.Attacks;

/// <summary>
/// The most promising exchanges of words in a text: at each place the candidate with the greatest gain g (e' - e), the first-order estimate
/// of what it adds to the loss; of the places those with the greatest gains above 0, the earlier first among equals.
/// </summary>
/// <param name="most">The most exchanges of a text.</param>
internal sealed class WordExchanges(int most)
{
    private readonly double[] _gains = new double[most];
    private readonly int[] _places = new int[most], _words = new int[most];

    /// <summary>Exchanges found.</summary>
    public int Count { get; private set; }

    /// <summary>Where exchange i takes place, its new word, and its gain; the greatest gain first.</summary>
    public (int Place, int Word, double Gain) this[int i] => (_places[i], _words[i], _gains[i]);

    /// <summary>Finds them.</summary>
    /// <param name="text">Word numbers.</param>
    /// <param name="gradient">That of the loss at the embedding's output, words x width.</param>
    /// <param name="candidates">The candidates, found for this text, and the embedding.</param>
    public void Find(ReadOnlySpan<int> text, ReadOnlySpan<float> gradient, WordCandidates candidates)
    {
        Count = 0;
        var width = candidates.Width;
        for (var place = 0; place < text.Length; place++)
        {
            var word = text[place];
            var slope = gradient.Slice(place * width, width);
            var (best, bestGain) = (word, 0.0);
            foreach (var candidate in candidates.Of(word))
                if (Gain(slope, candidates.Vector(word), candidates.Vector(candidate)) is var gain && gain > bestGain)
                    (best, bestGain) = (candidate, gain);
            if (best != word)
                Insert(place, best, bestGain);
        }
    }

    private static double Gain(ReadOnlySpan<float> slope, ReadOnlySpan<float> from, ReadOnlySpan<float> to)
    {
        var sum = 0.0;
        for (var i = 0; i < slope.Length; i++)
            sum += slope[i] * ((double)to[i] - from[i]);
        return sum;
    }

    private void Insert(int place, int word, double gain)
    {
        if (Count == _gains.Length && !(gain > _gains[^1]))
            return;
        var at = Count < _gains.Length ? Count++ : Count - 1;
        for (; at > 0 && gain > _gains[at - 1]; at--)
            (_places[at], _words[at], _gains[at]) = (_places[at - 1], _words[at - 1], _gains[at - 1]);
        (_places[at], _words[at], _gains[at]) = (place, word, gain);
    }
}
