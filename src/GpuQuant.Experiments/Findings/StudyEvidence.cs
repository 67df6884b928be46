using GpuQuant.Evaluation;
using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>
/// What intervals, tests and the noise floor need of a study's rows, taken in one pass: where each deployment disagrees, and the classes of
/// the float models.
/// </summary>
/// <example><c>var evidence = StudyEvidence.Of(Results.Load("runs/mnist").Rows());</c></example>
public sealed class StudyEvidence
{
    private StudyEvidence(IReadOnlyList<CellEvidence> cells, IReadOnlyList<NoiseFloor> noise) => (Cells, Noise) = (cells, noise);

    /// <summary>How much float models that differ only in their seed disagree, per test set; empty with one seed.</summary>
    public IReadOnlyList<NoiseFloor> Noise { get; }

    /// <summary>The deployments' cells in the study's order.</summary>
    internal IReadOnlyList<CellEvidence> Cells { get; }

    /// <summary>Takes the evidence from cells in any order; they are enumerated once.</summary>
    /// <exception cref="UsageException">A cell comes twice, or float models were evaluated on different inputs of a test set.</exception>
    public static StudyEvidence Of(IEnumerable<EvaluationRows> rows)
    {
        var collector = new Collector();
        foreach (var cell in rows)
            collector.Add(cell);
        return collector.ToEvidence();
    }

    private static CellEvidence EvidenceOf(EvaluationRows cell)
    {
        var disagreeing = Enumerable.Range(0, cell.Count).Where(i => cell.FloatClasses[i] != cell.QuantizedClasses[i]).ToArray();
        return new(cell.Key, cell.Count, disagreeing, disagreeing.Count(i => cell.FloatClasses[i] == cell.Labels[i]),
            disagreeing.Count(i => cell.QuantizedClasses[i] == cell.Labels[i]), cell.Origin != "natural");
    }

    /// <summary>Takes evidence from rows that something else enumerates: millions of them are read once for all questions.</summary>
    internal sealed class Collector
    {
        private readonly Dictionary<CellKey, CellEvidence> _cells = [];
        private readonly Dictionary<CellKey, ushort[]> _floats = [];

        public void Add(EvaluationRows cell)
        {
            RowsWriter.Check(cell);
            _floats.TryAdd(cell.Key with { Quantizer = "" }, Array.ConvertAll(cell.FloatClasses, item => (ushort)item));
            if (cell.Key.Quantizer != Rq1Row.Reference && !_cells.TryAdd(cell.Key, EvidenceOf(cell)))
                throw new UsageException($"The cell {RowsSchema.NameOf(cell.Key)} comes twice; each cell may be given once.");
        }

        public StudyEvidence ToEvidence()
        {
            var noise = _floats.GroupBy(pair => pair.Key with { Seed = 0 }).OrderBy(group => group.Key, StudyOrder.Instance)
                .Where(group => group.Count() > 1)
                .Select(group => NoiseFloor.Of(group.Key, [.. group.OrderBy(pair => pair.Key.Seed).Select(pair => pair.Value)]));
            return new([.. _cells.Values.OrderBy(cell => cell.Key, StudyOrder.Instance)], [.. noise]);
        }
    }
}
