using System.Globalization;

namespace GpuQuant.Experiments;

/// <summary>The first finding: shifted data disagree more than unshifted.</summary>
internal static class ShiftFinding
{
    public static Finding Of(IReadOnlyList<DisagreementRow> rows, PaperTable paper)
    {
        var parts = rows.Where(row => row.HasBoth).Select(row => PartOf(row, paper)).ToArray();
        return ShareOfClaims.Finding(
            "shift", "Shifted data disagree more than unshifted.",
            "deployed models whose mean over the shifted test sets is above the original one's, in percent of them",
            parts, "In the paper's tables as a whole it is so in 91 of 114.");
    }

    private static (Claim Claim, double[] Draws, int Seeds) PartOf(DisagreementRow row, PaperTable paper)
    {
        double[] draws = [.. row.ShiftedDraws().Zip(row.OriginalDraws, (shifted, original) => shifted - original)];
        var difference = Interval.Of(row.Shifted - row.Original, draws);
        var detail = string.Create(CultureInfo.InvariantCulture, $"shifted {row.Shifted:0.000}%, original {row.Original:0.000}%");
        var key = row.Row;
        var claim = new Claim(key.Dataset, key.Architecture, key.Strategy, key.Quantizer, difference,
            row.PaperShifted(paper) - row.PaperOriginal(paper), Claim.Judge(difference, 0, row.Seeds), detail);
        return (claim, draws, row.Seeds);
    }
}
