namespace GpuQuant.Experiments;

/// <summary>One deployment on one line of a block.</summary>
/// <param name="Disagreement">Inputs on which it disagrees with its float model, in percent.</param>
/// <param name="AccuracyDifference">Its accuracy minus its float model's, in points.</param>
/// <param name="Tie">The part of the disagreements that are ties, in percent of the inputs.</param>
/// <param name="Partial">Whether seeds or test sets that the block has are missing here.</param>
internal sealed record Rq1Cell(Spread Disagreement, Spread AccuracyDifference, Spread Tie, bool Partial);

/// <summary>One line of a block: a test set, or the mean of the shifted ones.</summary>
/// <param name="TestSet">The test set; null for the mean.</param>
/// <param name="FloatAccuracy">The float model's accuracy, in percent.</param>
/// <param name="Partial">Whether seeds or test sets are missing from that.</param>
/// <param name="Cells">A cell per quantizer of the block; null where there is none.</param>
internal sealed record Rq1Line(string? TestSet, Spread FloatAccuracy, bool Partial, IReadOnlyList<Rq1Cell?> Cells)
{
    public string Title => TestSet ?? "mean of shifted";
}

/// <summary>One model (data set, architecture, strategy) over its seeds: what tables and pictures show as one piece.</summary>
internal sealed class Rq1Block
{
    private readonly ILookup<(string TestSet, string Quantizer), Rq1Row> _rows;

    private Rq1Block(string dataset, string architecture, string strategy, Rq1Row[] rows)
    {
        (Dataset, Architecture, Strategy) = (dataset, architecture, strategy);
        _rows = rows.ToLookup(row => (row.Key.TestSet, row.Key.Quantizer));
        Seeds = [.. rows.Select(row => row.Key.Seed).Distinct().Order()];
        Quantizers = [.. rows.Where(row => !row.IsReference).Select(row => row.Key.Quantizer).Distinct()];
        // Sorted again without the quantizer: rows come sorted by quantizer first.
        var keys = rows.Select(row => row.Key with { Quantizer = "", Seed = 0 }).Distinct();
        TestSets = [.. keys.Order(StudyOrder.Instance).Select(key => key.TestSet)];
        ShiftedSets = [.. TestSets.Where(StudyOrder.IsShifted)];
        Lines = [.. TestSets.Select(LineOf)];
        ShiftedMean = ShiftedSets.Count > 0 ? MeanOf(ShiftedSets) : null;
    }

    public string Dataset { get; }

    public string Architecture { get; }

    public string Strategy { get; }

    public IReadOnlyList<ulong> Seeds { get; }

    /// <summary>The deployments, without the float model itself.</summary>
    public IReadOnlyList<string> Quantizers { get; }

    /// <summary>Original first.</summary>
    public IReadOnlyList<string> TestSets { get; }

    /// <summary>Without original and identity.</summary>
    public IReadOnlyList<string> ShiftedSets { get; }

    /// <summary>A line per test set.</summary>
    public IReadOnlyList<Rq1Line> Lines { get; }

    /// <summary>The mean over <see cref="ShiftedSets"/>; null without any.</summary>
    public Rq1Line? ShiftedMean { get; }

    public IEnumerable<Rq1Line> AllLines => ShiftedMean is null ? Lines : Lines.Append(ShiftedMean);

    /// <summary>"mnist lenet5 standard".</summary>
    public string Model => $"{Dataset} {Architecture} {Strategy}";

    /// <summary>The blocks of a study, in its order.</summary>
    public static IReadOnlyList<Rq1Block> Of(Rq1 rq1) =>
    [
        .. rq1.Rows.GroupBy(row => (row.Key.Dataset, row.Key.Architecture, row.Key.Strategy))
            .Select(group => new Rq1Block(group.Key.Dataset, group.Key.Architecture, group.Key.Strategy, [.. group])),
    ];

    /// <summary>The mean over some test sets: first within each seed, so that its deviation is one between seeds.</summary>
    public Rq1Line MeanOf(IReadOnlyList<string> testSets)
    {
        var (accuracy, partial) = Mean(testSets.Select(FloatRows), row => 100.0 * row.FloatCorrect / row.Inputs);
        return new Rq1Line(null, accuracy, partial, [.. Quantizers.Select(quantizer => MeanCell(testSets, quantizer))]);
    }

    private Rq1Line LineOf(string testSet) => MeanOf([testSet]) with { TestSet = testSet };

    private Rq1Cell? MeanCell(IReadOnlyList<string> testSets, string quantizer)
    {
        var sets = testSets.Select(testSet => _rows[(testSet, quantizer)].ToArray()).ToArray();
        if (sets.All(rows => rows.Length == 0))
            return null;
        var (disagreement, partial) = Mean(sets, row => row.DisagreementPct);
        var (difference, tie) = (Mean(sets, row => row.AccuracyDifferencePoints).Value, Mean(sets, row => row.TiePct).Value);
        return new Rq1Cell(disagreement, difference, tie, partial);
    }

    // Any deployment's rows know the float model's classes; the float model's own may be missing.
    private Rq1Row[] FloatRows(string testSet) =>
    [
        .. Quantizers.Prepend(Rq1Row.Reference).SelectMany(quantizer => _rows[(testSet, quantizer)]).DistinctBy(row => row.Key.Seed),
    ];

    private (Spread Value, bool Partial) Mean(IEnumerable<Rq1Row[]> testSets, Func<Rq1Row, double> value)
    {
        var sets = testSets.ToArray();
        if (Array.TrueForAll(sets, rows => rows.Length == Seeds.Count))
            return (Spread.Of([.. Seeds.Select(seed => sets.Average(rows => value(rows.First(row => row.Key.Seed == seed))))]), false);
        // Seeds with different test sets are not comparable: the mean of what there is, with a deviation only of a single test set.
        var present = sets.Where(rows => rows.Length > 0).ToArray();
        var spread = sets.Length == 1
            ? Spread.Of([.. sets[0].Select(value)])
            : new Spread(present.Average(rows => rows.Average(value)), null, present.Min(rows => rows.Length));
        return (spread, true);
    }
}
