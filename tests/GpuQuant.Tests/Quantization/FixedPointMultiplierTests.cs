using FsCheck;
using FsCheck.Fluent;
using GpuQuant.Quantization;

namespace GpuQuant.Tests.Quantization;

public class FixedPointMultiplierTests
{
    // The factor is m / 2^31 * 2^shift with m in [2^30, 2^31).
    [Theory]
    [InlineData(0.5, 1 << 30, 0)]
    [InlineData(0.75, 3 << 29, 0)]
    [InlineData(1.0, 1 << 30, 1)]
    [InlineData(3.0, 3 << 29, 2)]
    [InlineData(0.25, 1 << 30, -1)]
    [InlineData(0.00390625, 1 << 30, -7)]
    // 0.1 = 0.8 / 2^3, and 0.8 * 2^31 = 1717986918.4.
    [InlineData(0.1, 1717986918, -3)]
    // 0.5 + 2^-32 is 2^30 + 0.5 units: half away from zero.
    [InlineData(0.5 + 1.0 / (1L << 32), (1 << 30) + 1, 0)]
    // 1 - 2^-33 rounds to 2^31, which does not fit: 2^30 and one more shift.
    [InlineData(1 - 1.0 / (1L << 33), 1 << 30, 1)]
    // 2^-32 is the last that TFLite keeps; below, a factor counts as 0.
    [InlineData(1.0 / (1L << 32), 1 << 30, -31)]
    [InlineData(1.0 / (1L << 33), 0, 0)]
    [InlineData(0.0, 0, 0)]
    public void Of_Factor_IsTheNearestMantissaAndShift(double factor, int multiplier, int shift) =>
        Assert.Equal(new FixedPointMultiplier(multiplier, shift), FixedPointMultiplier.Of(factor));

    [Fact]
    public void Of_AnyFactor_IsWithinHalfAUnit() => Prop.ForAll<uint, byte>((mantissa, exponent) =>
    {
        var factor = (1 + mantissa * 2654435761u / 4294967296.0) * Math.ScaleB(1, exponent % 40 - 30);
        var (multiplier, shift) = FixedPointMultiplier.Of(factor);
        var unit = Math.ScaleB(1, shift - 31);
        return multiplier >= 1 << 30 && Math.Abs(multiplier * unit - factor) <= unit / 2;
    }).QuickCheckThrowOnFailure();
}
