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
        var cells = new Dictionary<CellKey, CellEvidence>();
        var floats = new Dictionary<CellKey, ushort[]>();
        foreach (var cell in rows)
        {
            RowsWriter.Check(cell);
            floats.TryAdd(cell.Key with { Quantizer = "" }, Array.ConvertAll(cell.FloatClasses, item => (ushort)item));
            if (cell.Key.Quantizer != Rq1Row.Reference && !cells.TryAdd(cell.Key, EvidenceOf(cell)))
                throw new UsageException($"The cell {RowsSchema.NameOf(cell.Key)} comes twice; each cell may be given once.");
        }
        var noise = floats.GroupBy(pair => pair.Key with { Seed = 0 }).OrderBy(group => group.Key, StudyOrder.Instance)
            .Where(group => group.Count() > 1)
            .Select(group => NoiseFloor.Of(group.Key, [.. group.OrderBy(pair => pair.Key.Seed).Select(pair => pair.Value)]));
        return new([.. cells.Values.OrderBy(cell => cell.Key, StudyOrder.Instance)], [.. noise]);
    }

    private static CellEvidence EvidenceOf(EvaluationRows cell)
    {
        var disagreeing = Enumerable.Range(0, cell.Count).Where(i => cell.FloatClasses[i] != cell.QuantizedClasses[i]).ToArray();
        return new(cell.Key, cell.Count, disagreeing, disagreeing.Count(i => cell.FloatClasses[i] == cell.Labels[i]),
            disagreeing.Count(i => cell.QuantizedClasses[i] == cell.Labels[i]), cell.Origin != "natural");
    }
}
