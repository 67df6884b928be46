using GpuQuant.Numerics;

namespace GpuQuant.Tests.Numerics;

public class PortableMathTests
{
    private const double Bound = 4e-16, RoundedOnce = 1.2e-16;
    private const int Draws = 4000;

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(-20, 20)]
    public void Exp_AgainstExactSeries_StaysWithinBound(double low, double high) =>
        AssertWithin(low, high, PortableMath.Exp, ExactMath.Exp, relative: true, RoundedOnce);

    [Theory]
    [InlineData(0.5, 2)]
    [InlineData(0.999, 1.001)]
    [InlineData(0.001, 1000)]
    public void Log_AgainstExactSeries_StaysWithinBound(double low, double high) =>
        AssertWithin(low, high, PortableMath.Log, ExactMath.Log, relative: true);

    [Theory]
    [InlineData(4)]
    [InlineData(1e5)]
    public void SinAndCos_AgainstExactSeries_StayWithinBound(double limit)
    {
        AssertWithin(-limit, limit, PortableMath.Sin, ExactMath.Sin, relative: false);
        AssertWithin(-limit, limit, PortableMath.Cos, ExactMath.Cos, relative: false);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(-0.001, 0.001)]
    [InlineData(1, 30)]
    [InlineData(-30, -1)]
    public void Atan_AgainstExactSeries_StaysWithinBound(double low, double high) =>
        AssertWithin(low, high, PortableMath.Atan, ExactMath.Atan, relative: true);

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0.7853981633974483)]
    [InlineData(-1, -0.7853981633974483)]
    [InlineData(1e300, 1.5707963267948966)]
    [InlineData(double.NegativeInfinity, -1.5707963267948966)]
    [InlineData(double.NaN, double.NaN)]
    public void Atan_SpecialValues_AreExact(double x, double expected) => Assert.Equal(expected, PortableMath.Atan(x));

    /// <summary>Within 0.52 units of the last place: nearly always the double that is nearest to the exact root.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 0.01)]
    [InlineData(1e-4, 1)]
    public void Hypot_AgainstExactRoot_IsRoundedOnce(double scaleX, double scaleY)
    {
        var random = new RandomStream(3, RandomPurpose.Test);
        for (var i = 0; i < Draws; i++)
        {
            var (x, y) = (random.Uniform(-4, 4) * scaleX, random.Uniform(-4, 4) * scaleY);
            var (result, exact) = (PortableMath.Hypot(x, y), ExactMath.Hypot(ExactMath.Exact(x), ExactMath.Exact(y)));
            var units = Math.Abs((double)(ExactMath.Exact(result) - exact)) / (Math.BitIncrement(result) - result);
            Assert.True(units < 0.52, FormattableString.Invariant($"hypot({x:R}, {y:R}) is off by {units} units"));
        }
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(-3, 4, 5)]
    [InlineData(0, -0.1, 0.1)]
    [InlineData(double.PositiveInfinity, 1, double.PositiveInfinity)]
    [InlineData(1, double.NaN, double.NaN)]
    public void Hypot_SpecialValues_AreExact(double x, double y, double expected) => Assert.Equal(expected, PortableMath.Hypot(x, y));

    [Fact]
    public void ExpAndLog_WholeRange_AgreeWithTheSystem()
    {
        var random = new RandomStream(2, RandomPurpose.Test);
        for (var i = 0; i < Draws; i++)
        {
            var x = random.Uniform(-700, 700);
            Assert.Equal(1, PortableMath.Exp(x) / Math.Exp(x), 3 * Bound);
            Assert.Equal(1, PortableMath.Log(Math.Exp(x)) / Math.Log(Math.Exp(x)), 3 * Bound);
        }
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 2.718281828459045)]
    [InlineData(-709, 0)]
    [InlineData(710, double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity, 0)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(double.NaN, double.NaN)]
    public void Exp_SpecialValues_AreExact(double x, double expected) => Assert.Equal(expected, PortableMath.Exp(x));

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0.6931471805599453)]
    [InlineData(0, double.NegativeInfinity)]
    [InlineData(-1, double.NaN)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(double.NaN, double.NaN)]
    [InlineData(double.Epsilon, -744.4400719213812)]
    public void Log_SpecialValues_AreExact(double x, double expected) => Assert.Equal(expected, PortableMath.Log(x));

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(0.4, 0.3894183423086505, 0.9210609940028851)]
    [InlineData(-0.4, -0.3894183423086505, 0.9210609940028851)]
    [InlineData(double.PositiveInfinity, double.NaN, double.NaN)]
    [InlineData(double.NaN, double.NaN, double.NaN)]
    public void SinAndCos_SpecialValues_AreExact(double x, double sin, double cos)
    {
        Assert.Equal(sin, PortableMath.Sin(x));
        Assert.Equal(cos, PortableMath.Cos(x));
    }

    private static void AssertWithin(
        double low, double high, Func<double, double> tested, Func<decimal, decimal> exact, bool relative, double bound = Bound)
    {
        var random = new RandomStream(1, RandomPurpose.Test);
        for (var i = 0; i < Draws; i++)
        {
            var x = random.Uniform(low, high);
            var expected = exact(ExactMath.Exact(x));
            var error = Math.Abs((double)(ExactMath.Exact(tested(x)) - expected)) / (relative ? Math.Abs((double)expected) : 1);
            Assert.True(error < bound, FormattableString.Invariant($"x = {x:R}: error {error}, bound {bound}"));
        }
    }
}
