using System.Globalization;

namespace GpuQuant.Experiments;

/// <summary>The second finding: of the ways to train, quantization-aware training gives the most stable models.</summary>
internal static class QatFinding
{
    private const string Qat = "qat";

    public static Finding Of(IReadOnlyList<DisagreementRow> rows, PaperTable paper)
    {
        var groups = rows.Where(row => row.ShiftedSets.Count > 0).GroupBy(row => row.Row with { Strategy = "" });
        var parts = groups.Where(group => group.Count() > 1 && group.Any(row => row.Row.Strategy == Qat))
            .Select(group => PartOf([.. group], paper)).ToArray();
        return ShareOfClaims.Finding(
            "qat", "Models of quantization-aware training are the most stable on shifted data.",
            "nets and deployments for which qat's mean over the shifted test sets is the lowest of all strategies, in percent of them",
            parts, "In the paper's tables as a whole it is so in 8 of 24.");
    }

    private static (Claim Claim, double[] Draws, int Seeds) PartOf(DisagreementRow[] rows, PaperTable paper)
    {
        var (qat, others) = (rows.Single(row => row.Row.Strategy == Qat), rows.Where(row => row.Row.Strategy != Qat).ToArray());
        var (qatDraws, otherDraws) = (qat.ShiftedDraws(), Array.ConvertAll(others, row => row.ShiftedDraws()));
        double[] draws = [.. Enumerable.Range(0, qatDraws.Length).Select(i => otherDraws.Min(draws => draws[i]) - qatDraws[i])];
        var difference = Interval.Of(others.Min(row => row.Shifted) - qat.Shifted, draws);
        var best = others.MinBy(row => row.Shifted)!;
        var detail = string.Create(CultureInfo.InvariantCulture,
            $"qat {qat.Shifted:0.000}%, lowest of the others {best.Row.Strategy} {best.Shifted:0.000}%");
        var papers = others.Select(row => row.PaperShifted(paper)).ToArray();
        var seeds = rows.Min(row => row.Seeds);
        return (new Claim(qat.Row.Dataset, qat.Row.Architecture, "", qat.Row.Quantizer, difference, papers.Min() - qat.PaperShifted(paper),
            Claim.Judge(difference, 0, seeds), detail), draws, seeds);
    }
}
