using GpuQuant.Numerics;
using GpuQuant.Quantization.Parts;

namespace GpuQuant.Tests.Quantization.Parts;

/// <summary>Formats against tables written from their definitions.</summary>
public class NumberFormatTests
{
    [Theory]
    [InlineData("int8", -128, 127, 8)]
    [InlineData("int8n", -127, 127, 8)]
    [InlineData("uint8", 0, 255, 8)]
    [InlineData("uint8n", 1, 255, 8)]
    [InlineData("int4", -8, 7, 4)]
    [InlineData("int2n", -1, 1, 2)]
    [InlineData("int1", -1, 1, 1)]
    [InlineData("uint1", 0, 1, 1)]
    [InlineData("int16", -32768, 32767, 16)]
    [InlineData("float16", -65504, 65504, 16)]
    [InlineData("e4m3", -448, 448, 8)]
    [InlineData("e5m2", -57344, 57344, 8)]
    public void Parse_KnownFormat_HasItsEndsAndItsName(string name, double least, double greatest, int bits)
    {
        var format = NumberFormat.Parse(name);
        Assert.Equal((least, greatest, bits, name), (format.Least, format.Greatest, format.Bits, format.ToString()));
        Assert.Equal(least, format.Nearest(-1e6, RoundingRule.HalfEven));
        Assert.Equal(greatest, format.Nearest(1e6, RoundingRule.HalfEven));
    }

    [Theory]
    [InlineData("int0")]
    [InlineData("int17")]
    [InlineData("int")]
    [InlineData("int1n")]
    [InlineData("float8")]
    [InlineData("")]
    public void Parse_Nonsense_IsAUsageError(string name) => Assert.Throws<UsageException>(() => NumberFormat.Parse(name));

    /// <summary>.NET's own half and, for bfloat16, the float's upper half rounded to even by hand.</summary>
    [Fact]
    public void Nearest_SixteenBits_EqualsTheHardwareTypes()
    {
        var random = new RandomStream(1, RandomPurpose.Test);
        for (var i = 0; i < 20000; i++)
        {
            var value = (float)(random.NextNormal() * PortableMath.Exp(random.Uniform(-14, 9)));
            Assert.Equal((double)(Half)value, FloatFormat.Float16.Nearest(value, RoundingRule.HalfEven));
            var bits = BitConverter.SingleToUInt32Bits(value);
            var rounded = BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000);
            Assert.Equal(rounded, FloatFormat.BFloat16.Nearest(value, RoundingRule.HalfEven));
        }
    }

    /// <summary>Every number of an fp8 format is its own nearest, and halfway between two lies the one with the even fraction.</summary>
    [Theory]
    [InlineData("e4m3", 4, 3, 126)]
    [InlineData("e5m2", 5, 2, 123)]
    public void Nearest_EightBits_EqualsTheListOfAllNumbers(string name, int exponentBits, int fractionBits, int last)
    {
        var format = NumberFormat.Parse(name);
        var bias = (1 << (exponentBits - 1)) - 1;
        // The bit patterns 0 to last are the numbers that are not negative, in order.
        var numbers = Enumerable.Range(0, last + 1).Select(bits =>
        {
            var (exponent, fraction) = (bits >> fractionBits, bits & ((1 << fractionBits) - 1));
            return exponent == 0
                ? Math.ScaleB(fraction, 1 - bias - fractionBits)
                : Math.ScaleB((1 << fractionBits) + fraction, exponent - bias - fractionBits);
        }).ToArray();
        Assert.Equal(format.Greatest, numbers[^1]);
        for (var i = 0; i < numbers.Length; i++)
        {
            Assert.Equal(numbers[i], format.Nearest(numbers[i], RoundingRule.HalfAway));
            Assert.Equal(-numbers[i], format.Nearest(-numbers[i], RoundingRule.HalfAway));
            if (i == 0)
                continue;
            var middle = (numbers[i - 1] + numbers[i]) / 2;
            Assert.Equal(numbers[i % 2 == 0 ? i : i - 1], format.Nearest(middle, RoundingRule.HalfAway));
            Assert.Equal(numbers[i], format.Nearest(Math.BitIncrement(middle), RoundingRule.HalfAway));
            Assert.Equal(numbers[i - 1], format.Nearest(Math.BitDecrement(middle), RoundingRule.HalfAway));
        }
    }

    [Theory]
    [InlineData(RoundingRule.HalfAway, 3, -3, 2, -1)]
    [InlineData(RoundingRule.HalfEven, 2, -2, 2, -1)]
    [InlineData(RoundingRule.Floor, 2, -3, 1, -2)]
    [InlineData(RoundingRule.Ceiling, 3, -2, 2, -1)]
    public void Round_ByRule_IsTheRulesInteger(RoundingRule rule, double half, double minusHalf, double above, double below)
    {
        Assert.Equal(half, rule.Round(2.5));
        Assert.Equal(minusHalf, rule.Round(-2.5));
        Assert.Equal(above, rule.Round(1.7));
        Assert.Equal(below, rule.Round(-1.2));
    }

    /// <summary>Over n draws the mean of 0-or-1 choices deviates by sqrt(p (1 - p) / n); five of these are allowed.</summary>
    [Theory]
    [InlineData(2.25)]
    [InlineData(-0.8)]
    [InlineData(3)]
    public void Stochastic_ManyDraws_HaveTheValueAsMean(double value)
    {
        const int draws = 40000;
        var random = new RandomStream(5, RandomPurpose.Test);
        var sum = 0.0;
        for (var i = 0; i < draws; i++)
        {
            var rounded = RoundingRules.Stochastic(value, random.NextDouble());
            Assert.True(rounded == Math.Floor(value) || rounded == Math.Ceiling(value));
            sum += rounded;
        }
        var share = value - Math.Floor(value);
        Assert.Equal(value, sum / draws, 5 * Math.Sqrt(share * (1 - share) / draws) + 1e-12);
    }
}
