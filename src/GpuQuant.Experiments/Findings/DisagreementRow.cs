using GpuQuant.Evaluation;

namespace GpuQuant.Experiments;

/// <summary>A deployment of a model, all seeds together, over its test sets.</summary>
internal sealed class DisagreementRow
{
    private readonly StudyBootstrap _study;
    private readonly CellKey? _original;

    private DisagreementRow(StudyBootstrap study, CellKey row, IReadOnlyList<CellKey> cells)
    {
        (_study, Row) = (study, row);
        _original = cells.FirstOrDefault(cell => cell.TestSet == StudyOrder.Original);
        ShiftedSets = [.. cells.Where(cell => StudyOrder.IsShifted(cell.TestSet))];
    }

    /// <summary>Data set, net, strategy and quantizer.</summary>
    public CellKey Row { get; }

    /// <summary>The seeds of its model.</summary>
    public int Seeds => _study.SeedsOf(Row);

    /// <summary>Its cells on shifted test sets.</summary>
    public IReadOnlyList<CellKey> ShiftedSets { get; }

    /// <summary>Whether it was run on the original test set and on a shifted one.</summary>
    public bool HasBoth => _original is not null && ShiftedSets.Count > 0;

    /// <summary>Disagreements on the original test set, in percent.</summary>
    public double Original => _study.Value(_original!);

    /// <summary>The same in each draw.</summary>
    public double[] OriginalDraws => _study.DrawsOf(_original!);

    /// <summary>The mean over the shifted test sets.</summary>
    public double Shifted => ShiftedSets.Average(_study.Value);

    /// <summary>The same in each draw.</summary>
    public double[] ShiftedDraws()
    {
        var sums = new double[StudyBootstrap.Draws];
        foreach (var draws in ShiftedSets.Select(_study.DrawsOf))
            for (var i = 0; i < sums.Length; i++)
                sums[i] += draws[i] / ShiftedSets.Count;
        return sums;
    }

    /// <summary>The paper's value on the original test set.</summary>
    public double? PaperOriginal(PaperTable paper) => Paper(paper, StudyOrder.Original);

    /// <summary>The paper's mean over those of the shifted test sets that it has; null without any.</summary>
    public double? PaperShifted(PaperTable paper) =>
        ShiftedSets.Select(cell => Paper(paper, cell.TestSet)).Average();

    /// <summary>The rows of a study, in its order.</summary>
    public static IReadOnlyList<DisagreementRow> Of(StudyBootstrap study) =>
        [.. study.Cells.GroupBy(cell => cell with { TestSet = "" }).Select(row => new DisagreementRow(study, row.Key, [.. row]))];

    private double? Paper(PaperTable paper, string testSet) => paper.Find(
        new PaperKey(Row.Dataset, Row.Architecture, Row.Strategy, Row.Quantizer, testSet, PaperTable.Disagreement));
}
