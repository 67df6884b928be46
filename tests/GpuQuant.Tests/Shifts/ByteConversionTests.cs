using GpuQuant.Shifts;

namespace GpuQuant.Tests.Shifts;

public class ByteConversionTests
{
    [Theory]
    [InlineData(127.5, 128)]
    [InlineData(128.5, 128)]
    [InlineData(129.5, 130)]
    [InlineData(0.5, 0)]
    [InlineData(1.5, 2)]
    [InlineData(254.5, 254)]
    [InlineData(0.49, 0)]
    [InlineData(0.51, 1)]
    [InlineData(-3, 0)]
    [InlineData(300, 255)]
    public void RoundToByte_TiesAndLimits_FollowMnistC(double grey, byte expected) =>
        Assert.Equal(expected, ByteConversion.RoundToByte(grey / 255));

    /// <summary>In double this product is 1.4999999999999998, which would round to 1; float32 makes it the tie that it is.</summary>
    [Fact]
    public void RoundToByte_NearlyATie_IsOneInFloat32()
    {
        const double Value = 1.4999999999999998 / 255;
        Assert.True(Value * 255 < 1.5);
        Assert.Equal(2, ByteConversion.RoundToByte(Value));
    }

    [Fact]
    public void ToUnitAndBack_EveryByte_IsKept()
    {
        for (var value = 0; value < 256; value++)
        {
            Assert.Equal(value / 255.0, ByteConversion.ToUnit((byte)value));
            Assert.Equal(value, ByteConversion.RoundToByte(ByteConversion.ToUnit((byte)value)));
        }
    }
}
