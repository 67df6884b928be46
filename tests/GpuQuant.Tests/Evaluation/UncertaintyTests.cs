using FsCheck;
using FsCheck.Fluent;
using GpuQuant.Evaluation;

namespace GpuQuant.Tests.Evaluation;

public class UncertaintyTests
{
    // -(0.5 ln 0.5 + 0.3 ln 0.3 + 0.2 ln 0.2) = 0.34657 + 0.36119 + 0.32189; 1 - (0.25 + 0.09 + 0.04).
    [Fact]
    public void Of_ThreeProbabilities_GivesTheScoresWorkedOutByHand() => Check([0.2f, 0.5f, 0.3f], 0.5, 0.3, 1.0296531, 0.62, 0.2, 0.5);

    [Fact]
    public void Of_ACertainAnswer_IsZeroButForTheMargin() => Check([0, 1, 0, 0], 1, 0, 0, 0, 1, 0);

    // ln 4; 1 - 4/16. The greatest stands four times, so that the second is as great.
    [Fact]
    public void Of_AUniformAnswer_IsMostUnsure() => Check([0.25f, 0.25f, 0.25f, 0.25f], 0.25, 0.25, 1.3862944, 0.75, 0, 0.75);

    // The second greatest before the greatest, and after it; entropy 0.35667 * 0.7 + 1.60944 * 0.2 + 2.30259 * 0.1.
    [Theory]
    [InlineData(0.2f, 0.7f, 0.1f)]
    [InlineData(0.7f, 0.1f, 0.2f)]
    [InlineData(0.1f, 0.2f, 0.7f)]
    [InlineData(0.7f, 0.2f, 0.1f)]
    public void Of_AnyOrder_FindsTheTwoGreatest(params float[] probabilities) => Check(probabilities, 0.7, 0.2, 0.8018186, 0.46, 0.5, 0.3);

    /// <summary>Quantized probabilities need not add up to 1: saturated ones are 255/256 and zeros.</summary>
    [Fact]
    public void Of_SaturatedQuantizedAnswer_UsesTheNumbersAsTheyAre() =>
        Check([255 / 256f, 0, 0], 0.99609375, 0, 0.0038986, 1 - 0.99609375 * 0.99609375, 0.99609375, 0.00390625);

    [Fact]
    public void Of_AnyDistribution_KeepsTheScoresRelations() => Prop.ForAll<byte[]>(weights =>
    {
        if (weights.Sum(w => w) == 0)
            return;
        var p = Array.ConvertAll(weights, w => (float)w / weights.Sum(v => v));
        var u = Uncertainty.Of(p);
        var sorted = p.OrderDescending().Append(0).ToArray();
        Assert.Equal((sorted[0], sorted[1]), (u.Top1, u.Top2));
        Assert.InRange(u.Entropy, -1e-6, Math.Log(p.Length) + 1e-6);
        Assert.InRange(u.Gini, -1e-6, 1 - 1.0 / p.Length + 1e-6);
        Assert.Equal(-p.Where(x => x > 0).Sum(x => x * Math.Log(x)), u.Entropy, 1e-5);
    }).QuickCheckThrowOnFailure();

    private static void Check(float[] p, double top1, double top2, double entropy, double gini, double margin, double leastConfidence)
    {
        var u = Uncertainty.Of(p);
        Assert.Equal(top1, u.Top1, 1e-6);
        Assert.Equal(top2, u.Top2, 1e-6);
        Assert.Equal(entropy, u.Entropy, 1e-6);
        Assert.Equal(gini, u.Gini, 1e-6);
        Assert.Equal(margin, u.Margin, 1e-6);
        Assert.Equal(leastConfidence, u.LeastConfidence, 1e-6);
    }
}
