using GpuQuant.Experiments;

namespace GpuQuant.Tests.Experiments;

/// <summary>
/// By hand. (1, 2, 3, 4) against (1, 3, 2, 4): 1 - 6 * 2 / (4 * 15) = 0.8. Ranks with ties, (1.5, 1.5, 3) against (1, 2, 3): centred
/// (-.5, -.5, 1) and (-1, 0, 1), 1.5 / sqrt(1.5 * 2).
/// </summary>
public class RankCorrelationTests
{
    public static TheoryData<double[], double[], double?> Cases => new()
    {
        { [1, 2, 3, 4], [1, 3, 2, 4], 0.8 },
        { [10, 20, 30], [-3, -2, 7], 1 },
        { [10, 20, 30], [7, -2, -3], -1 },
        { [5, 5, 6], [1, 2, 3], 1.5 / 1.7320508075688772 },
        { [5, 5, 5], [1, 2, 3], null },
        { [1, 2], [1, 2], null },
        { [], [], null },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Spearman_OfPairs_IsTheCorrelationOfTheirRanks(double[] first, double[] second, double? expected)
    {
        Assert.Equal(expected ?? double.NaN, RankCorrelation.Spearman(first, second) ?? double.NaN, 1e-12);
        Assert.Equal(expected ?? double.NaN, RankCorrelation.Spearman(second, first) ?? double.NaN, 1e-12);
    }

    [Fact]
    public void Spearman_UnequalCounts_IsAnError() => Assert.Throws<ArgumentException>(() => RankCorrelation.Spearman([1], [1, 2]));
}
