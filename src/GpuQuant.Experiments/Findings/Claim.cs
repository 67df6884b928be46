namespace GpuQuant.Experiments;

/// <summary>What a finding says of one part of a study: that a difference is above 0.</summary>
/// <param name="Dataset">The data set.</param>
/// <param name="Architecture">The net.</param>
/// <param name="Strategy">How it was trained; empty where the claim is about all ways.</param>
/// <param name="Quantizer">The deployment; empty where the claim is about all.</param>
/// <param name="Difference">The difference, the mean over the seeds, with its interval.</param>
/// <param name="Paper">The paper's difference; null where it has none.</param>
/// <param name="Verdict">What the interval says.</param>
/// <param name="Detail">The two numbers, or who is best.</param>
public sealed record Claim(
    string Dataset, string Architecture, string Strategy, string Quantizer, Interval Difference, double? Paper, Verdict Verdict,
    string Detail)
{
    /// <summary>Fewer seeds than these decide nothing.</summary>
    public const int LeastSeeds = 3;

    /// <summary>"mnist lenet1 qat tflite16".</summary>
    public string Part => string.Join(' ', new[] { Dataset, Architecture, Strategy, Quantizer }.Where(word => word.Length > 0));

    /// <summary>Whether the claim holds in our numbers.</summary>
    public bool Holds => Difference.Value > 0;

    /// <summary>Whether it holds in the paper's; null where it has none.</summary>
    public bool? HoldsInPaper => Paper is { } difference ? difference > 0 : null;

    /// <summary>The verdict of an interval that is to lie above a bound.</summary>
    internal static Verdict Judge(Interval interval, double bound, int seeds) =>
        seeds < LeastSeeds ? Verdict.NotDecidable
        : interval.Low > bound ? Verdict.Confirmed
        : interval.High < bound ? Verdict.NotConfirmed
        : Verdict.NotDecidable;
}
