using GpuQuant.Kernels;

namespace GpuQuant.Backends.Tests.Products;

public sealed class DivisorTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(641)]
    [InlineData(65535)]
    [InlineData(1 << 30)]
    [InlineData((1 << 30) + 1)]
    [InlineData(int.MaxValue)]
    public void Divide_AroundMultiples_RoundsDown(int value)
    {
        var divisor = new Divisor(value);
        var greatest = int.MaxValue / value;
        foreach (var quotient in new[] { 0, 1, 2, 1000, greatest / 2, greatest - 1, greatest })
            foreach (var off in new[] { -1, 0, 1 })
                if ((long)quotient * value + off is >= 0 and <= int.MaxValue and var n)
                    Assert.Equal((int)n / value, divisor.Divide((int)n));
        Assert.Equal(int.MaxValue / value, divisor.Divide(int.MaxValue));
    }

    [Fact]
    public void Divide_AnyNumbers_IsTheQuotient()
    {
        var numbers = Draw.Integers(1, 4000, 0, int.MaxValue);
        var values = Draw.Integers(2, 4000, 1, 5000);
        for (var i = 0; i < numbers.Length; i++)
            Assert.Equal(numbers[i] / values[i], new Divisor(values[i]).Divide(numbers[i]));
    }
}
