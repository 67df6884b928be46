using FsCheck.Fluent;
using GpuQuant.Formulas;

namespace GpuQuant.Backends.Tests.Formulas;

public sealed class RequantizeFormulaTests
{
    // Worked out by hand from gemmlowp's definition: 3 * 2^30 / 2^31 = 1.5; halves go up, towards positive infinity.
    [Theory]
    [InlineData(3, 1 << 30, 2)]
    [InlineData(-3, 1 << 30, -1)]
    [InlineData(1, 1 << 30, 1)]
    [InlineData(-1, 1 << 30, 0)]
    [InlineData(-4, 1 << 30, -2)]
    [InlineData(int.MinValue, int.MinValue, int.MaxValue)]
    [InlineData(int.MinValue, int.MaxValue, -int.MaxValue)]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue - 1)]
    [InlineData(0, int.MaxValue, 0)]
    public void DoublingHighMultiply_GoldenCases(int a, int b, int expected) =>
        Assert.Equal(expected, RequantizeFormula.DoublingHighMultiply(a, b));

    [Theory]
    [InlineData(3, 1, 2)]
    [InlineData(-3, 1, -2)]
    [InlineData(5, 2, 1)]
    [InlineData(6, 2, 2)]
    [InlineData(-6, 2, -2)]
    [InlineData(-5, 2, -1)]
    [InlineData(7, 0, 7)]
    [InlineData(int.MinValue, 31, -1)]
    [InlineData(int.MaxValue, 31, 1)]
    [InlineData(1 << 30, 31, 1)]
    [InlineData((1 << 30) - 1, 31, 0)]
    [InlineData(-(1 << 30), 31, -1)]
    public void RoundingShiftRight_GoldenCases(int x, int exponent, int expected) =>
        Assert.Equal(expected, RequantizeFormula.RoundingShiftRight(x, exponent));

    // 100 * 0.75 * 2^-3 = 9.375; the first rounding gives 75, the second 9. 1234 * 0.5 * 2^4 = 9872.
    [Theory]
    [InlineData(100, 3 << 29, -3, 9)]
    [InlineData(1234, 1 << 30, 4, 9872)]
    [InlineData(-100, 3 << 29, -3, -9)]
    public void Multiply_GoldenCases(int x, int multiplier, int shift, int expected) =>
        Assert.Equal(expected, RequantizeFormula.Multiply(x, multiplier, shift));

    [Fact]
    public void DoublingHighMultiply_AnyNumbers_MatchesUnboundedIntegers() =>
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll<uint, uint>((a, b) =>
            RequantizeFormula.DoublingHighMultiply((int)Spread(a), (int)Spread(b))
            == RequantizeReference.DoublingHighMultiply((int)Spread(a), (int)Spread(b))));

    [Fact]
    public void RoundingShiftRight_AnyNumbers_MatchesUnboundedIntegers() =>
        FsCheck.Check.QuickThrowOnFailure(Prop.ForAll<uint, byte>((x, exponent) =>
            RequantizeFormula.RoundingShiftRight((int)Spread(x), exponent % 32)
            == RequantizeReference.ShiftRight((int)Spread(x), exponent % 32)));

    // The generator's numbers are small: an odd multiplier spreads them over all bits.
    private static uint Spread(uint x) => x * 2654435761u;
}
