using GpuQuant.Evaluation;
using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>
/// The hierarchical bootstrap of a study: each draw takes seeds with replacement for every model, and inputs with replacement, the same
/// ones in all test sets that hold the same inputs; so cells move together as they would in another study.
/// </summary>
internal sealed class StudyBootstrap
{
    public const int Draws = 1000;

    // Draws of seeds and of inputs are independent: the samples of one begin where the others have long ended.
    private const uint SeedStreams = 1 << 20;

    private readonly Dictionary<CellKey, double[]> _draws;
    private readonly Dictionary<CellKey, double> _values;

    private readonly Dictionary<CellKey, int> _seeds;

    private StudyBootstrap(Dictionary<CellKey, double> values, Dictionary<CellKey, double[]> draws, Dictionary<CellKey, int> seeds) =>
        (_values, _draws, _seeds) = (values, draws, seeds);

    /// <summary>The cells, without seeds, in the study's order.</summary>
    public IEnumerable<CellKey> Cells => _values.Keys.Order(StudyOrder.Instance);

    /// <summary>The mean disagreement of a cell over its seeds, in percent.</summary>
    public double Value(CellKey cell) => _values[cell];

    /// <summary>The same in each draw.</summary>
    public double[] DrawsOf(CellKey cell) => _draws[cell];

    /// <summary>The number of seeds of a cell's model.</summary>
    public int SeedsOf(CellKey cell) => _seeds[ModelOf(cell)];

    public static StudyBootstrap Of(StudyEvidence evidence)
    {
        var models = evidence.Cells.GroupBy(cell => ModelOf(cell.Key)).Select(group => group.ToArray()).ToArray();
        var inputs = evidence.Cells.Select(Inputs).Distinct().ToArray();
        var values = evidence.Cells.GroupBy(cell => cell.Cell).ToDictionary(group => group.Key, group => group.Average(cell => cell.Pct));
        var draws = values.Keys.ToDictionary(cell => cell, _ => new double[Draws]);
        var weights = inputs.ToDictionary(group => group, group => new int[group.Count]);
        for (var draw = 0; draw < Draws; draw++)
        {
            foreach (var (i, group) in inputs.Index())
                Resample(weights[group], new RandomStream(0, RandomPurpose.Evaluation, (uint)draw, (uint)i));
            foreach (var (i, model) in models.Index())
                DrawModel(model, new RandomStream(0, RandomPurpose.Evaluation, (uint)draw, SeedStreams + (uint)i), weights, draws, draw);
        }
        var seeds = models.ToDictionary(cells => ModelOf(cells[0].Key), cells => cells.DistinctBy(cell => cell.Key.Seed).Count());
        return new(values, draws, seeds);
    }

    private static CellKey ModelOf(CellKey cell) => cell with { Seed = 0, Quantizer = "", TestSet = "" };

    private static (string Dataset, string TestSet, int Count) Inputs(CellEvidence cell) =>
        (cell.Key.Dataset, cell.IsPaired ? "" : cell.Key.TestSet, cell.Inputs);

    // How often each of n things comes in n draws with replacement.
    private static void Resample(Span<int> weights, RandomStream random)
    {
        weights.Clear();
        for (var i = 0; i < weights.Length; i++)
            weights[random.NextInt32(0, weights.Length)]++;
    }

    private static void DrawModel(CellEvidence[] cells, RandomStream random, Dictionary<(string, string, int), int[]> weights,
        Dictionary<CellKey, double[]> draws, int draw)
    {
        var seeds = cells.Select(cell => cell.Key.Seed).Distinct().Order().ToArray();
        var seedWeights = new int[seeds.Length];
        Resample(seedWeights, random);
        var times = seeds.Zip(seedWeights).ToDictionary(pair => pair.First, pair => pair.Second);
        foreach (var cell in cells.GroupBy(cell => cell.Cell))
        {
            var (sum, count) = (0.0, 0);
            foreach (var one in cell.Where(one => times[one.Key.Seed] > 0))
            {
                sum += times[one.Key.Seed] * Pct(one, weights[Inputs(one)]);
                count += times[one.Key.Seed];
            }
            // A seed that lacks this test set may be the only one drawn: the cell then keeps its value.
            draws[cell.Key][draw] = count > 0 ? sum / count : cell.Average(one => one.Pct);
        }
    }

    private static double Pct(CellEvidence cell, int[] weights)
    {
        var sum = 0;
        foreach (var input in cell.Disagreeing)
            sum += weights[input];
        return 100.0 * sum / cell.Inputs;
    }
}
