namespace GpuQuant.Experiments;

/// <summary>One of the paper's findings, or a control of it, as our numbers have it.</summary>
/// <param name="Name"><c>shift</c>, <c>qat</c>, <c>margin</c>, <c>retraining</c>, <c>retraining-none</c>, <c>retraining-random</c>.</param>
/// <param name="Statement">What is stated.</param>
/// <param name="Measure">What <paramref name="Value"/> is.</param>
/// <param name="Value">Our value with its 95% interval; null where the study has nothing to say.</param>
/// <param name="Paper">The paper's value on the parts that our study has; null where it has none.</param>
/// <param name="Verdict">What the interval says.</param>
/// <param name="Remark">What a reader must know besides.</param>
/// <param name="Claims">The statement for each part of the study.</param>
public sealed record Finding(
    string Name, string Statement, string Measure, Interval? Value, double? Paper, Verdict Verdict, string Remark,
    IReadOnlyList<Claim> Claims)
{
    /// <summary>The claims that the paper decides too, and those of them in which ours comes out on the same side.</summary>
    public (int Alike, int Both) Agreement =>
        (Claims.Count(claim => claim.HoldsInPaper == claim.Holds), Claims.Count(claim => claim.HoldsInPaper is not null));

    /// <summary>The verdict in words: <c>confirmed</c>, <c>not confirmed</c>, <c>not decidable</c>.</summary>
    public static string Text(Verdict verdict) => verdict switch
    {
        Verdict.Confirmed => "confirmed",
        Verdict.NotConfirmed => "not confirmed",
        _ => "not decidable",
    };
}
