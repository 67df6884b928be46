namespace GpuQuant.Experiments;

/// <summary>
/// How well an uncertainty tells disagreeing inputs: as a logistic regression on the inputs that it has not seen, and by itself.
/// </summary>
/// <param name="AurocPct">The area under the receiver operating characteristic on the test part, in percent; 50 is chance.</param>
/// <param name="AuprPct">Its average precision there, in percent; the share of disagreeing inputs, about 50, is chance.</param>
/// <param name="TnrAt95TprPct">The agreeing inputs told as such, in percent, where nearest to 95% of the others are found.</param>
/// <param name="RawAurocPct">
/// The area for the score itself, without a regression, of all disagreeing against all agreeing inputs, in percent. A small margin
/// counts as uncertain.
/// </param>
/// <param name="Regression">The regression, with the C chosen.</param>
/// <param name="RawRoc">The score's own characteristic: true positive rates at <see cref="Rq3.FalsePositiveRates"/>.</param>
public sealed record Rq3Result(
    double AurocPct, double AuprPct, double TnrAt95TprPct, double RawAurocPct, LogisticRegression Regression,
    IReadOnlyList<double> RawRoc);
