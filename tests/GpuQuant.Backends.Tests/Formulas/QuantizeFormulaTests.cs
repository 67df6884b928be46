using FsCheck.Fluent;
using GpuQuant.Formulas;

namespace GpuQuant.Backends.Tests.Formulas;

public sealed class QuantizeFormulaTests
{
    [Theory]
    [InlineData(2.5f, 3, 2)]
    [InlineData(-2.5f, -3, -2)]
    [InlineData(3.5f, 4, 4)]
    [InlineData(0.5f, 1, 0)]
    [InlineData(-0.5f, -1, 0)]
    [InlineData(0.49999997f, 0, 0)]
    [InlineData(8388607.5f, 8388608, 8388608)]
    [InlineData(8388606.5f, 8388607, 8388606)]
    [InlineData(16777217f, 16777216, 16777216)]
    [InlineData(-7.4999995f, -7, -7)]
    public void Rounding_GoldenCases(float x, float away, float even)
    {
        Assert.Equal(away, QuantizeFormula.RoundHalfAway(x));
        Assert.Equal(even, QuantizeFormula.RoundHalfEven(x));
    }

    [Fact]
    public void Rounding_AnyNumber_MatchesDecimalArithmetic() =>
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll<int, byte>((mantissa, bits) =>
        {
            // Numbers with at most 24 significant bits are floats and decimals alike: the comparison is exact.
            var (numerator, denominator) = (mantissa % (1 << 24), 1 << (bits % 24));
            var (x, exact) = ((float)numerator / denominator, (decimal)numerator / denominator);
            return (decimal)QuantizeFormula.RoundHalfAway(x) == Math.Round(exact, MidpointRounding.AwayFromZero)
                && (decimal)QuantizeFormula.RoundHalfEven(x) == Math.Round(exact, MidpointRounding.ToEven);
        }));

    [Fact]
    public void Quantize_EveryInteger_RoundTrips()
    {
        foreach (var scale in new[] { 0.5f, 0.0371f, 3.3f })
            for (var q = -128; q <= 127; q++)
                Assert.Equal(q, QuantizeFormula.Quantize(QuantizeFormula.Dequantize(q, scale, -7), scale, -7, -128, 127));
    }
}
