namespace GpuQuant.Experiments;

/// <summary>One uncertainty of a net over its seeds, in percent; null where no seed has a result.</summary>
/// <param name="Model">The net; its seed is 0.</param>
/// <param name="Uncertainty">The score.</param>
/// <param name="Disagreeing">The inputs that disagree, of all seeds together.</param>
/// <param name="Auroc">The area under the receiver operating characteristic.</param>
/// <param name="Aupr">The average precision.</param>
/// <param name="TnrAt95Tpr">The true negative rate where the true positive rate is nearest to 95%.</param>
/// <param name="RawAuroc">The area for the score itself.</param>
/// <param name="Reason">Why there is no result at all.</param>
public sealed record Rq3Aggregate(
    Rq3Model Model, string Uncertainty, int Disagreeing, Spread? Auroc, Spread? Aupr, Spread? TnrAt95Tpr, Spread? RawAuroc,
    string? Reason)
{
    /// <summary>Aggregates the rows of one net and uncertainty; seeds without a result do not count.</summary>
    internal static Rq3Aggregate Of(IReadOnlyList<Rq3Row> rows)
    {
        var results = rows.Where(row => row.Result is not null).Select(row => row.Result!).ToArray();
        return new(rows[0].Model with { Seed = 0 }, rows[0].Uncertainty, rows.Sum(row => row.Disagreeing),
            Over(result => result.AurocPct), Over(result => result.AuprPct), Over(result => result.TnrAt95TprPct),
            Over(result => result.RawAurocPct), results.Length == 0 ? rows[0].Reason : null);

        Spread? Over(Func<Rq3Result, double> value) => results.Length == 0 ? null : Spread.Of(Array.ConvertAll(results, r => value(r)));
    }
}
