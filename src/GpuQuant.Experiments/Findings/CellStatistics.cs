using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>A deployment on a test set over its seeds.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Architecture">The net.</param>
/// <param name="Strategy">How it was trained.</param>
/// <param name="Quantizer">The deployment.</param>
/// <param name="TestSet">The test set.</param>
/// <param name="Seeds">The number of seeds.</param>
/// <param name="Disagreement">Inputs on which it differs from its float model, in percent.</param>
/// <param name="Paper">The paper's percentage; null where it has none.</param>
/// <param name="ChurnPct">Inputs on which two float models of different seeds differ, in percent; null with one seed.</param>
public sealed record CellStatistics(
    string Dataset, string Architecture, string Strategy, string Quantizer, string TestSet, int Seeds, Interval Disagreement, double? Paper,
    double? ChurnPct)
{
    /// <summary>Whether the paper's number, of a single training, lies in our interval; null where it has none.</summary>
    public bool? HoldsPaper => Paper is { } paper ? paper >= Disagreement.Low && paper <= Disagreement.High : null;

    internal static IReadOnlyList<CellStatistics> Of(StudyBootstrap study, IReadOnlyList<NoiseFloor> noise)
    {
        var floors = noise.ToDictionary(floor => (floor.Dataset, floor.Architecture, floor.Strategy, floor.TestSet));
        return [.. study.Cells.Select(StatisticsOf)];

        CellStatistics StatisticsOf(CellKey cell) => new(
            cell.Dataset, cell.Architecture, cell.Strategy, cell.Quantizer, cell.TestSet, study.SeedsOf(cell),
            Interval.Of(study.Value(cell), study.DrawsOf(cell)),
            PaperTable.HuEtAl2022.Find(new PaperKey(
                cell.Dataset, cell.Architecture, cell.Strategy, cell.Quantizer, cell.TestSet, PaperTable.Disagreement)),
            floors.GetValueOrDefault((cell.Dataset, cell.Architecture, cell.Strategy, cell.TestSet))?.ChurnPct);
    }
}
