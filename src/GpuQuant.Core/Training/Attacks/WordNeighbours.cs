using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Numerics;

namespace GpuQuant.Training.Attacks;

/// <summary>
/// Which words lie nearest to a word in a net's embedding, by the cosine of the angle between their vectors; among equals the lower word
/// number first. Of the words of the training set alone, since no text taught the net any other. The vectors are those at the beginning of
/// an epoch; a word's neighbours are looked for when it first occurs, for many words in one product.
/// </summary>
internal sealed class WordNeighbours : WordCandidates
{
    private const int Block = 64, NoPlace = -1;

    private readonly Backend _backend;
    private readonly WordAttack _attack;
    private readonly OwnedTensors _owned;
    private readonly TensorView _directions, _blockPlaces, _cosines;
    private readonly Action _gather, _multiply;
    private readonly int[] _words, _placeOf, _nearest, _counts;
    private readonly int _most;
    private readonly int[] _asked = new int[Block];
    private readonly bool[] _isKnown;
    private readonly float[] _hostDirections, _hostCosines, _best;
    private int _askedCount, _epoch = -1;

    /// <summary>Plans the search.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="table">The embedding's vectors, words x width; training changes them.</param>
    /// <param name="data">The training set.</param>
    /// <param name="attack">How many neighbours a word has, and how near they are.</param>
    public WordNeighbours(Backend backend, TensorView table, IDataset data, WordAttack attack) : base(backend, table)
    {
        (_backend, _attack, _owned) = (backend, attack, new OwnedTensors(backend));
        (_words, _placeOf) = WordsOf(data, table.Shape[0]);
        if (_words.Length < 2)
            throw new UsageException($"{data.Name} has {_words.Length} word(s); exchanging words takes at least two.");
        _most = Math.Min(attack.Candidates, _words.Length - 1);
        (_isKnown, _counts) = (new bool[_words.Length], new int[_words.Length]);
        (_nearest, _best) = (new int[_words.Length * _most], new float[_most]);
        (_hostDirections, _hostCosines) = (new float[_words.Length * Width], new float[Block * _words.Length]);
        _directions = _owned.Take("words.directions", DType.Float32, new Shape(_words.Length, Width));
        _blockPlaces = _owned.Take("words.places", DType.Int32, new Shape(Block));
        _cosines = _owned.Take("words.cosines", DType.Float32, new Shape(Block, _words.Length));
        var rows = _owned.Take("words.rows", DType.Float32, new Shape(Block, Width));
        _gather = new EmbeddingCall(_blockPlaces, _directions, rows).Prepare(backend.Primitives);
        _multiply = _owned.WithWorkspace(new GemmCall(rows, _directions, null, _cosines, TransposeB: true)).Prepare(backend.Primitives);
    }

    /// <inheritdoc/>
    protected override void Find(int epoch, ReadOnlySpan<int> texts)
    {
        if (epoch != _epoch)
            StartEpoch(epoch);
        foreach (var word in texts)
            if (Place(word) is not NoPlace and var place && !_isKnown[place])
                Ask(place);
        Search();
    }

    /// <summary>A word's neighbours, nearest first; none of a word that the training set has not, nor of the padding.</summary>
    public override ReadOnlySpan<int> Of(int word) =>
        Place(word) is not NoPlace and var place ? _nearest.AsSpan(place * _most, _counts[place]) : [];

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _owned.Dispose();
        base.Dispose(disposing);
    }

    private int Place(int word) => (uint)word < (uint)_placeOf.Length ? _placeOf[word] : NoPlace;

    private static (int[] Words, int[] PlaceOf) WordsOf(IDataset data, int limit)
    {
        var (text, occurs) = (new int[data.SampleShape.Count], new bool[limit]);
        for (var i = 0; i < data.Count; i++)
        {
            data.Read(i, MemoryMarshal.AsBytes(text.AsSpan()));
            foreach (var word in text)
                if (word > 0 && word < limit)
                    occurs[word] = true;
        }
        var words = Enumerable.Range(0, limit).Where(word => occurs[word]).ToArray();
        var placeOf = new int[limit];
        Array.Fill(placeOf, NoPlace);
        for (var place = 0; place < words.Length; place++)
            placeOf[words[place]] = place;
        return (words, placeOf);
    }

    private void StartEpoch(int epoch)
    {
        for (var place = 0; place < _words.Length; place++)
        {
            var squares = 0.0;
            var row = Vector(_words[place]);
            foreach (var value in row)
                squares += (double)value * value;
            var scale = squares > 0 ? 1 / Math.Sqrt(squares) : 0;
            for (var i = 0; i < Width; i++)
                _hostDirections[place * Width + i] = (float)(row[i] * scale);
        }
        _backend.Upload(MemoryMarshal.AsBytes(_hostDirections.AsSpan()), _directions);
        Array.Clear(_isKnown);
        _epoch = epoch;
    }

    private void Ask(int place)
    {
        _isKnown[place] = true;
        _asked[_askedCount++] = place;
        if (_askedCount == Block)
            Search();
    }

    private void Search()
    {
        if (_askedCount == 0)
            return;
        _backend.Upload(MemoryMarshal.AsBytes(_asked.AsSpan()), _blockPlaces);
        _gather();
        _multiply();
        _backend.Download(_cosines, MemoryMarshal.AsBytes(_hostCosines.AsSpan()));
        for (var i = 0; i < _askedCount; i++)
            Keep(_asked[i], _hostCosines.AsSpan(i * _words.Length, _words.Length));
        _askedCount = 0;
    }

    /// <summary>Keeps the greatest cosines of a word, sorted by insertion.</summary>
    private void Keep(int place, ReadOnlySpan<float> cosines)
    {
        var nearest = _nearest.AsSpan(place * _most, _most);
        var found = 0;
        for (var other = 0; other < cosines.Length; other++)
        {
            if (other == place || !(cosines[other] >= _attack.LeastCosine) || (found == _most && !(cosines[other] > _best[_most - 1])))
                continue;
            var at = found < _most ? found++ : _most - 1;
            for (; at > 0 && cosines[other] > _best[at - 1]; at--)
                (_best[at], nearest[at]) = (_best[at - 1], nearest[at - 1]);
            (_best[at], nearest[at]) = (cosines[other], _words[other]);
        }
        _counts[place] = found;
    }
}
