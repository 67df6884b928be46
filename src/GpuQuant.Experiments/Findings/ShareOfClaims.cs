using System.Globalization;

namespace GpuQuant.Experiments;

/// <summary>A finding that is the share of its claims that hold: confirmed where they are the majority, interval included.</summary>
internal static class ShareOfClaims
{
    private const double Majority = 50;

    public static Finding Finding(
        string name, string statement, string measure, IReadOnlyList<(Claim Claim, double[] Draws, int Seeds)> parts, string remark)
    {
        Claim[] claims = [.. parts.Select(part => part.Claim)];
        if (claims.Length == 0)
            return new(name, statement, measure, null, null, Verdict.NotDecidable, "The study has no such models.", claims);
        var share = Interval.Of(
            Share(claims.Count(claim => claim.Holds), claims.Length),
            [.. Enumerable.Range(0, StudyBootstrap.Draws).Select(i => Share(parts.Count(part => part.Draws[i] > 0), parts.Count))]);
        var (ours, theirs) = (claims.Count(claim => claim.Holds), claims.Count(claim => claim.HoldsInPaper == true));
        var known = claims.Count(claim => claim.HoldsInPaper is not null);
        var counts = string.Create(CultureInfo.InvariantCulture, $"{ours} of {claims.Length}")
            + (known > 0 ? string.Create(CultureInfo.InvariantCulture, $"; the paper's numbers for these: {theirs} of {known}") : "");
        return new(name, statement, measure, share, known > 0 ? Share(theirs, known) : null,
            Claim.Judge(share, Majority, parts.Min(part => part.Seeds)), $"{counts}. {remark}".TrimEnd(), claims);
    }

    private static double Share(int some, int all) => 100.0 * some / all;
}
