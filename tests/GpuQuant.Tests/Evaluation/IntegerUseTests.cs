using GpuQuant.Evaluation;
using GpuQuant.Numerics;
using GpuQuant.Quantization;

namespace GpuQuant.Tests.Evaluation;

public class IntegerUseTests
{
    /// <summary>
    /// Scale 0.1, zero point 0: -12.8 to 12.7. 13 is more than half a step beyond 12.7 and saturates, 12.74 is not; -12.9 saturates, -12.84
    /// does not: 2 of 5. All integers between the ends that occur count as used.
    /// </summary>
    [Fact]
    public void Saturation_IsMoreThanHalfAStepBeyondTheEnds()
    {
        var (use, values) = Use(new(0.1f, 0, -128, 127), [127, 127, -128, -128, 0], [13, 12.74f, -12.9f, -12.84f, 0]);
        Assert.Equal(40, use.SaturationPct, 1e-12);
        Assert.Equal(0, use.DeadRangePct, 1e-12);
        Assert.Equal([12.7f, 12.7f, -12.8f, -12.8f, 0], values);
    }

    /// <summary>A relu's zero is the least integer, but no saturation; of 256 integers, 128 lie in the used range, -128 to -1.</summary>
    [Fact]
    public void ReluZero_IsNoSaturation_AndHalfTheRangeIsDead()
    {
        var (use, _) = Use(new(0.1f, -128, -128, 127), [-128, -1], [0, 12.7f]);
        Assert.Equal(0, use.SaturationPct);
        Assert.Equal(50, use.DeadRangePct, 1e-12);
    }

    /// <summary>A value that an earlier layer's error pushed to the end is none: the float value 5 lies within -12.8 to 12.7.</summary>
    [Fact]
    public void IntegerAtTheEnd_OfAValueWithinTheRange_IsNoSaturation() =>
        Assert.Equal(0, Use(new(0.1f, 0, -128, 127), [127], [5]).Use.SaturationPct);

    /// <summary>uint8 and int16 are read as what they are: 200 of 255 used integers from 0, and -300 times 0.5.</summary>
    [Fact]
    public void OtherTypes_AreRead()
    {
        var use = new IntegerUse(new(1 / 256f, 0, 0, 255));
        var values = new float[2];
        use.Add(Tensor.From<byte>([0, 200], new Shape(2)), [0, 0.78f], values);
        Assert.Equal([0, 0.78125f], values);
        Assert.Equal(100.0 * 55 / 256, use.DeadRangePct, 1e-12);
        new IntegerUse(new(0.5f, 0, -32768, 32767)).Add(Tensor.From<short>([-300, 7], new Shape(2)), [0, 0], values);
        Assert.Equal([-150, 3.5f], values);
    }

    [Theory]
    [InlineData(-128, 127, 8)]
    [InlineData(-100, 127, 8)]
    [InlineData(-8, 7, 4)]
    [InlineData(-7, 7, 4)]
    [InlineData(-1, 1, 2)]
    [InlineData(-32768, 32767, 16)]
    public void Bits_AreThoseThatTheIntegersNeed(int least, int greatest, int bits) =>
        Assert.Equal(bits, new IntegerMeaning(1, 0, least, greatest).Bits);

    private static (IntegerUse Use, float[] Values) Use(IntegerMeaning meaning, sbyte[] integers, float[] exact)
    {
        var (use, values) = (new IntegerUse(meaning), new float[exact.Length]);
        use.Add(Tensor.From<sbyte>(integers, new Shape(integers.Length)), exact, values);
        return (use, values);
    }
}
