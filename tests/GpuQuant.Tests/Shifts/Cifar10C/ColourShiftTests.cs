using GpuQuant.Shifts.Cifar10C;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Shifts.Cifar10C;

/// <summary>Brightness, saturation and contrast by hand.</summary>
public class ColourShiftTests
{
    /// <summary>
    /// c = 0.3. Grey 51 is V = 0.2, then 0.5: 127.5. Red 102 is V = 0.4, S = 1: 0.7 is 178.5, the others V (1 - S) = 0.
    /// (200, 100, 50): V is clipped to 1, S = 0.75, H = 1/18, f = 1/3: green 1 - 2/3 * 0.75 = 0.5, blue 0.25 (63.75).
    /// Black: 0.3 is 76.5.
    /// </summary>
    [Fact]
    public void Brightness_SeverityFive_IsByHand() => Assert.Equal(
        [127, 127, 127, 178, 0, 0, 255, 127, 63, 76, 76, 76],
        new BrightnessShift().ApplyToOne(ColourImages.One(1, 4, 51, 51, 51, 102, 0, 0, 200, 100, 50, 0, 0, 0), 5));

    [Theory]
    [InlineData(1, 12)] // 12.75
    [InlineData(2, 25)] // 25.5
    [InlineData(3, 38)] // 38.25
    [InlineData(5, 76)] // 76.5
    public void Brightness_Black_ShowsEverySeveritysLight(int severity, byte expected) =>
        Assert.Equal([expected, expected, expected], new BrightnessShift().ApplyToOne(ColourImages.One(1, 1, 0, 0, 0), severity));

    /// <summary>
    /// Grey 101 has hue 0: red V = 101, the others 101 (1 - S) with S = offset. Severity 4: 0.1, 90.9; severity 5: 0.2, 80.8.
    /// </summary>
    [Theory]
    [InlineData(1, 101)]
    [InlineData(3, 101)]
    [InlineData(4, 90)]
    [InlineData(5, 80)]
    public void Saturate_Grey_TurnsReddishWithAnOffset(int severity, byte others) =>
        Assert.Equal([101, others, others], new SaturateShift().ApplyToOne(ColourImages.One(1, 1, 101, 101, 101), severity));

    /// <summary>
    /// (201, 100, 50): range 151, S = 151/201, f = 50/151 = 0.331. Severity 1: range 45.3: blue 201 - 45.3 = 155.7, green
    /// 201 - (1 - f) 45.3 = 170.7. Severity 3: S = 1.127, clipped to 1: blue 0, green 201 f = 66.6.
    /// </summary>
    [Fact]
    public void Saturate_Orange_IsByHand()
    {
        var orange = ColourImages.One(1, 1, 201, 100, 50);
        Assert.Equal([201, 170, 155], new SaturateShift().ApplyToOne(orange, 1));
        Assert.Equal([201, 66, 0], new SaturateShift().ApplyToOne(orange, 3));
    }

    /// <summary>Every one of the six sectors of hue, and all the greys, come back, but for what truncation takes.</summary>
    [Fact]
    public void Saturate_GainOneWithoutOffset_KeepsEveryColour()
    {
        var source = SmallImages.Random(1, 60, 60, channels: 3);
        var result = new SaturateShift().ApplyToOne(source, 1, ("gain", "1"), ("offset", "0"));
        Assert.All(source.Sample(0).Zip(result), pair => Assert.InRange(pair.First - pair.Second, 0, 1));
    }

    /// <summary>
    /// c = 0.5. Red 0 and 201, mean 100.5: 50.25 and 150.75. Green 10 and 31, mean 20.5: 15.25 and 25.75. Blue 100 and 103: 100.75 and
    /// 102.25.
    /// </summary>
    [Fact]
    public void Contrast_SeverityTwo_IsByHandForEachChannel() => Assert.Equal(
        [50, 15, 100, 150, 25, 102],
        new ContrastShift().ApplyToOne(ColourImages.One(1, 2, 0, 10, 100, 201, 31, 103), 2));

    /// <summary>Bytes 0 and 101, mean 50.5; what remains of 50.5: 37.875, 25.25, 20.2, 15.15, 7.575.</summary>
    [Theory]
    [InlineData(1, 12, 88)]
    [InlineData(2, 25, 75)]
    [InlineData(3, 30, 70)]
    [InlineData(4, 35, 65)]
    [InlineData(5, 42, 58)]
    public void Contrast_EverySeverity_IsByHand(int severity, byte low, byte high) => Assert.Equal(
        [low, low, low, high, high, high],
        new ContrastShift().ApplyToOne(ColourImages.One(2, 1, 0, 0, 0, 101, 101, 101), severity));
}
