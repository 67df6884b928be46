using FsCheck;
using FsCheck.Fluent;
using GpuQuant.Quantization;

namespace GpuQuant.Tests.Quantization;

public class QuantizationParametersTests
{
    [Theory]
    // 255 steps over [0, 2.55].
    [InlineData(0, 2.55f, 0.01f, -128)]
    [InlineData(-2.55f, 0, 0.01f, 127)]
    // Ranges are widened to hold 0.
    [InlineData(1, 255, 1, -128)]
    [InlineData(-255, -3, 1, 127)]
    // Both ends err by the same or the upper end by less: 127 - 127.5 = -0.5, half away from zero.
    [InlineData(-1, 1, 2 / 255f, -1)]
    // Step 2/255: the lower end lies 63.75 steps below 0, so that -128 + 63.75 = -64.25.
    [InlineData(-0.5f, 1.5f, 2 / 255f, -64)]
    // The upper end lies 63.75 steps above 0: 127 - 63.75 = 63.25.
    [InlineData(-1.5f, 0.5f, 2 / 255f, 63)]
    [InlineData(-128, 127, 1, 0)]
    // No range at all.
    [InlineData(0, 0, 1, 0)]
    // A range so small that its step is no positive float32 counts as none.
    [InlineData(0, float.Epsilon, 1, 0)]
    [InlineData(-1e-44f, 1e-44f, 1, 0)]
    public void Asymmetric_Range_GivesTflitesScaleAndZeroPoint(float minimum, float maximum, float scale, int zeroPoint) =>
        Assert.Equal(new QuantizationParameters(scale, zeroPoint), QuantizationParameters.Asymmetric(minimum, maximum));

    [Fact]
    public void Asymmetric_AnyRange_ReachesBothEndsWithinAStep() => Prop.ForAll<int, int>((a, b) =>
    {
        var (low, high) = (Math.Min(a, b) / 7f, Math.Max(a, b) / 7f);
        var (scale, zeroPoint, _) = QuantizationParameters.Asymmetric(low, high);
        var reach = scale * 0.5001;
        return scale > 0 && zeroPoint is >= -128 and <= 127
            && (-128 - zeroPoint) * (double)scale <= Math.Min(low, 0) + reach
                && (127 - zeroPoint) * (double)scale >= Math.Max(high, 0) - reach;
    }).QuickCheckThrowOnFailure();
}
