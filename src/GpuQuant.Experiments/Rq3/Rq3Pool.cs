using GpuQuant.Evaluation;
using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>A model's inputs, collected cell by cell: its uncertainties, and on which inputs any quantized version differs.</summary>
internal sealed class Rq3Pool
{
    private readonly Dictionary<string, TestSet> _testSets = [];

    /// <summary>Adds a cell.</summary>
    /// <exception cref="UsageException">Another cell of the test set has another number of inputs.</exception>
    public void Add(EvaluationRows cell)
    {
        if (!_testSets.TryGetValue(cell.Key.TestSet, out var set))
            _testSets[cell.Key.TestSet] = set = new(cell.Key, new bool[cell.Count], Rq3Scores.Of(cell));
        if (set.Differs.Length != cell.Count)
            throw new UsageException($"The cell {RowsSchema.NameOf(cell.Key)} has {cell.Count} inputs but "
                + $"{RowsSchema.NameOf(set.Key)} has {set.Differs.Length}; evaluate both on the same test set.");
        for (var i = 0; i < cell.Count; i++)
            set.Differs[i] |= cell.FloatClasses[i] != cell.QuantizedClasses[i];
    }

    /// <summary>Whether any quantized version differs, per input of all test sets in the study's order.</summary>
    public bool[] Differs() => [.. Ordered().SelectMany(set => set.Differs)];

    /// <summary>One uncertainty of these inputs; the greater, the less certain.</summary>
    public double[] Scores(int uncertainty) => [.. Ordered().SelectMany(set => set.Scores[uncertainty]).Select(score => (double)score)];

    /// <summary>As many inputs that differ as do not, all that differ if possible, drawn and put in order at random.</summary>
    public static int[] Balance(bool[] differs, ulong seed)
    {
        var random = new RandomStream(seed, RandomPurpose.Evaluation);
        var (differing, agreeing) = (Shuffled(isDiffering: true), Shuffled(isDiffering: false));
        var count = Math.Min(differing.Length, agreeing.Length);
        int[] chosen = [.. differing.Take(count), .. agreeing.Take(count)];
        random.Shuffle(chosen);
        return chosen;

        int[] Shuffled(bool isDiffering)
        {
            var inputs = Enumerable.Range(0, differs.Length).Where(i => differs[i] == isDiffering).ToArray();
            random.Shuffle(inputs);
            return inputs;
        }
    }

    private IEnumerable<TestSet> Ordered() => _testSets.Values.OrderBy(set => set.Key with { Quantizer = "" }, StudyOrder.Instance);

    private sealed record TestSet(CellKey Key, bool[] Differs, float[][] Scores);
}
