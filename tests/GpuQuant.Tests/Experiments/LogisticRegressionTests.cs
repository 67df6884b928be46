using GpuQuant.Experiments;
using GpuQuant.Numerics;
using GpuQuant.Tests.Golden;

namespace GpuQuant.Tests.Experiments;

/// <summary>The regression and the rankings against scikit-learn (tests/golden/metrics.py) and by hand.</summary>
public class LogisticRegressionTests
{
    // scikit-learn stops at a gradient of about 1e-13, or where its line search ends.
    private const double Tolerance = 2e-6;

    public static readonly TheoryData<string> Cases = ["overlapping", "sharp", "separable", "stepped", "small"];

    [Theory, MemberData(nameof(Cases))]
    public void Fit_EachC_IsScikitLearns(string name)
    {
        var (scores, positives) = MetricsGolden.Case(name);
        foreach (var expected in MetricsGolden.Table(name, "fits"))
            Close(expected, LogisticRegression.Fit(scores, positives, expected[0]));
    }

    [Theory, MemberData(nameof(Cases))]
    public void FitCrossValidated_FirstNineTenths_ChoosesAndRanksAsScikitLearn(string name)
    {
        var (scores, positives) = MetricsGolden.Case(name);
        var split = scores.Length * 9 / 10;
        var fit = LogisticRegression.FitCrossValidated(scores[..split], positives[..split]);
        Close(MetricsGolden.Numbers(name, "cv"), fit);
        AssertRanks(MetricsGolden.Numbers(name, "test"), Array.ConvertAll(scores[split..], fit.Decide), positives[split..]);
        AssertRanks(MetricsGolden.Numbers(name, "raw"), scores, positives);
    }

    [Fact]
    public void Fit_AnywhereToBegin_EndsAtTheSame()
    {
        var (scores, positives) = MetricsGolden.Case("overlapping");
        var plain = LogisticRegression.Fit(scores, positives, 1);
        var other = LogisticRegression.Fit(scores, positives, 1, new LogisticRegression(-300, 200, 1));
        Assert.Equal(plain.Weight, other.Weight, 1e-9);
        Assert.Equal(plain.Intercept, other.Intercept, 1e-9);
    }

    // At the least loss its derivatives are 0: w + C sum (p - y) x by the weight, sum (p - y) by the intercept.
    [Theory, MemberData(nameof(Cases))]
    public void Fit_Done_HasNoGradient(string name)
    {
        var (scores, positives) = MetricsGolden.Case(name);
        var fit = LogisticRegression.Fit(scores, positives, 10);
        var errors = scores.Select((x, i) => 1 / (1 + PortableMath.Exp(-fit.Decide(x))) - (positives[i] ? 1 : 0)).ToArray();
        Assert.Equal(0, errors.Sum(), 1e-9);
        Assert.Equal(0, fit.Weight + 10 * errors.Zip(scores, (error, x) => error * x).Sum(), 1e-8);
    }

    [Fact]
    public void Fit_OneKindOnly_IsRefused()
    {
        Errors.Says<UsageException>("all of these are of one kind", () => LogisticRegression.Fit([1, 2], [true, true], 1));
        Errors.Says<UsageException>(
            "2 positive and 2 negative", () => LogisticRegression.FitCrossValidated([1, 2, 3], [true, false, true]));
    }

    // Positives 0.8 and 0.35 against 0.1 and 0.4: of four pairs (0.35, 0.4) alone is out of order. Precision 1 at 0.8, 2/3 at 0.35.
    [Fact]
    public void Rankings_FourScores_AreThoseByHand()
    {
        double[] scores = [0.1, 0.4, 0.35, 0.8];
        bool[] positives = [false, false, true, true];
        Assert.Equal(0.75, Ranking.Auroc(scores, positives));
        Assert.Equal(5.0 / 6, Ranking.AveragePrecision(scores, positives)!.Value, 1e-15);
        Assert.Equal(0.5, Ranking.TrueNegativeRate(scores, positives, 0.95));
        // At 0.4, half are found already at 0.8, where no negative is.
        Assert.Equal(1, Ranking.TrueNegativeRate(scores, positives, 0.5));
    }

    [Fact]
    public void Rankings_EqualScores_SayNothing()
    {
        Assert.Equal(0.5, Ranking.Auroc([1, 1, 1], [true, false, false]));
        Assert.Equal(1.0 / 3, Ranking.AveragePrecision([1, 1, 1], [true, false, false])!.Value, 1e-15);
        Assert.Equal(0, Ranking.TrueNegativeRate([1, 1, 1], [true, false, false], 0.95));
        Assert.Null(Ranking.Auroc([1, 2], [true, true]));
        Assert.Null(Ranking.AveragePrecision([1, 2], [false, false]));
        Assert.Null(Ranking.TrueNegativeRate([1, 2], [false, false], 0.95));
    }

    private static void AssertRanks(double[] expected, double[] scores, bool[] positives)
    {
        Assert.Equal(expected[0], Ranking.Auroc(scores, positives)!.Value, 1e-12);
        Assert.Equal(expected[1], Ranking.AveragePrecision(scores, positives)!.Value, 1e-12);
        Assert.Equal(expected[2], Ranking.TrueNegativeRate(scores, positives, 0.95)!.Value, 1e-12);
    }

    private static void Close(double[] expected, LogisticRegression fit)
    {
        Assert.Equal(expected[0], fit.C, expected[0] * 1e-12);
        Assert.Equal(expected[1], fit.Weight, Math.Max(1e-9, Math.Abs(expected[1])) * Tolerance);
        Assert.Equal(expected[2], fit.Intercept, Math.Max(1e-3, Math.Abs(expected[2])) * Tolerance);
    }
}
