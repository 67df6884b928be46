namespace GpuQuant.Experiments;

/// <summary>One measure of a model beside the paper's.</summary>
/// <param name="Quantizer">The deployment.</param>
/// <param name="Metric">The measure, as the paper's table names it.</param>
/// <param name="Original">Ours on the unshifted test set.</param>
/// <param name="PaperOriginal">The paper's.</param>
/// <param name="Shifted">Ours, the mean over the shifted test sets that both have.</param>
/// <param name="PaperShifted">The paper's mean over the same test sets.</param>
/// <param name="Order">The rank correlation of ours and the paper's over these test sets; null for fewer than three.</param>
internal sealed record PaperLine(
    string Quantizer, string Metric, double? Original, double? PaperOriginal, double? Shifted, double? PaperShifted, double? Order);

/// <summary>Sets a block beside the paper's numbers: the float model's accuracy, and each deployment's disagreements.</summary>
internal static class PaperComparison
{
    /// <summary>The lines of a block; none where the paper has no such model.</summary>
    public static IReadOnlyList<PaperLine> Of(Rq1Block block, PaperTable paper) =>
        !paper.Has(block.Dataset, block.Architecture, block.Strategy)
            ? []
            : [
                LineOf(block, paper, Rq1Row.Reference, PaperTable.Accuracy),
                .. block.Quantizers.Select(quantizer => LineOf(block, paper, quantizer, PaperTable.Disagreement))
                    .Where(line => line.PaperOriginal is not null || line.PaperShifted is not null),
            ];

    private static IReadOnlyList<string> CommonSets(Rq1Block block, PaperTable paper, string quantizer, string metric) =>
    [
        .. block.ShiftedSets.Where(testSet => Ours(block, quantizer, testSet) is not null)
            .Where(testSet => Paper(block, paper, quantizer, testSet, metric) is not null),
    ];

    private static PaperLine LineOf(Rq1Block block, PaperTable paper, string quantizer, string metric)
    {
        var common = CommonSets(block, paper, quantizer, metric);
        var ours = common.Select(testSet => Ours(block, quantizer, testSet)!.Value).ToArray();
        var papers = common.Select(testSet => Paper(block, paper, quantizer, testSet, metric)!.Value).ToArray();
        return new PaperLine(
            quantizer, metric, Ours(block, quantizer, StudyOrder.Original), Paper(block, paper, quantizer, StudyOrder.Original, metric),
            common.Count == 0 ? null : ours.Average(), common.Count == 0 ? null : papers.Average(), RankCorrelation.Spearman(ours, papers));
    }

    private static double? Ours(Rq1Block block, string quantizer, string testSet)
    {
        var line = block.Lines.FirstOrDefault(line => line.TestSet == testSet);
        return quantizer == Rq1Row.Reference
            ? line?.FloatAccuracy.Mean
            : line?.Cells[block.Quantizers.ToList().IndexOf(quantizer)]?.Disagreement.Mean;
    }

    private static double? Paper(Rq1Block block, PaperTable paper, string quantizer, string testSet, string metric) =>
        paper.Find(new PaperKey(block.Dataset, block.Architecture, block.Strategy, quantizer, testSet, metric));
}
