using System.Text.Json;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Parts;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization.Parts;

/// <summary>Quantizers as values: text, JSON, scales, ranges, quantized tensors.</summary>
public class QuantizerSpecTests
{
    [Theory]
    [InlineData("int8n symmetric channel minmax half-away")]
    [InlineData("uint4 asymmetric group:64 mse half-even")]
    [InlineData("int8 asymmetric tensor percentile:0.9999 floor")]
    [InlineData("e4m3 symmetric token fixed:-3:2.5 ceiling power-of-two")]
    [InlineData("int8 asymmetric tensor average:0.99 half-away")]
    [InlineData("int8 symmetric tensor kl half-away")]
    public void Parse_Text_IsWrittenBackAndEqual(string text)
    {
        var spec = QuantizerSpec.Parse(text);
        Assert.Equal(text, spec.ToString());
        Assert.Equal(spec, QuantizerSpec.Parse(text));
        Assert.Equal(spec.GetHashCode(), QuantizerSpec.Parse(text).GetHashCode());
        Assert.Equal(spec, JsonSerializer.Deserialize<QuantizerSpec>(JsonSerializer.Serialize(spec)));
    }

    [Theory]
    [InlineData("int8")]
    [InlineData("int8 symmetrical channel minmax")]
    [InlineData("int8 symmetric row minmax")]
    [InlineData("int8 symmetric group:0 minmax")]
    [InlineData("int8 symmetric channel max")]
    [InlineData("int8 symmetric channel percentile:2")]
    [InlineData("int8 symmetric channel fixed:1:1")]
    [InlineData("int8 symmetric channel minmax upwards")]
    public void Parse_Nonsense_IsAUsageError(string text) => Assert.Throws<UsageException>(() => QuantizerSpec.Parse(text));

    /// <summary>
    /// By hand. Symmetric int8, -2 to 1: the wider side's 2 / 128 against 1 / 127: 2 / 128. Asymmetric int8, 0 to 2.55: 0.01, and -128.
    /// uint8, -1 to 3: step 4 / 255, zero point 1 / step = 63.75, 64. Powers of two: 0.01 becomes 1 / 64.
    /// </summary>
    [Theory]
    [InlineData("int8 symmetric tensor minmax", -2, 1, 2.0 / 128, 0)]
    [InlineData("int8n symmetric tensor minmax", -2, 1, 2.0 / 127, 0)]
    [InlineData("int8 asymmetric tensor minmax", 0, 2.55, 0.01, -128)]
    [InlineData("uint8 asymmetric tensor minmax", -1, 3, 4.0 / 255, 64)]
    [InlineData("int8 asymmetric tensor minmax power-of-two", 0, 2.55, 1.0 / 64, -128)]
    [InlineData("int8 asymmetric tensor minmax power-of-two", 0, 255.0 / 64, 1.0 / 64, -128)]
    [InlineData("e4m3 symmetric tensor minmax", -896, 1, 2, 0)]
    [InlineData("int8 asymmetric tensor minmax", 0, 0, 1, 0)]
    [InlineData("int8 asymmetric tensor minmax", 1, 2.55, 0.01, -128)]
    public void Cover_Range_GivesTheScaleAndZeroPointOfTheRules(string text, double low, double high, double scale, int zeroPoint)
    {
        var covered = QuantizerSpec.Parse(text).Cover(low, high);
        Assert.Equal((float)scale, covered.Scale);
        Assert.Equal(zeroPoint, covered.ZeroPoint);
    }

    [Fact]
    public void Cover_RandomRanges_AreTflites()
    {
        var spec = QuantizerSpec.Parse("int8 asymmetric tensor minmax");
        var random = new RandomStream(3, RandomPurpose.Test);
        for (var i = 0; i < 2000; i++)
        {
            var (low, high) = ((float)(random.NextNormal() - 1), (float)(random.NextNormal() + 1));
            var expected = QuantizationParameters.Asymmetric(Math.Min(low, high), Math.Max(low, high));
            Assert.Equal((expected.Scale, expected.ZeroPoint), spec.Cover(Math.Min(low, high), Math.Max(low, high)));
        }
    }

    [Fact]
    public void Cover_NoNumbers_IsAnError() =>
        Assert.Throws<ComputationException>(() => QuantizerSpec.Parse("int8 asymmetric tensor minmax").Cover(double.NaN, 1));

    /// <summary>Steps beyond float32 would make every value 0 times infinity, not a number.</summary>
    [Theory]
    [InlineData("int8 symmetric tensor fixed:-1e300:1e300")]
    [InlineData("int1 symmetric tensor minmax power-of-two")]
    public void Cover_StepsBeyondFloat32_IsAnError(string text)
    {
        var spec = QuantizerSpec.Parse(text);
        var (low, high) = spec.Range.Kind == RangeKind.Fixed ? (spec.Range.Low, spec.Range.High) : (0, (double)float.MaxValue);
        Assert.Contains("more than a float32 can hold", Assert.Throws<ComputationException>(() => spec.Cover(low, high)).Message);
    }

    [Fact]
    public void Of_GroupsOfNoSize_IsAnError() => Assert.Contains("A group holds at least one value, got 0.", Assert.Throws<UsageException>(
        () => new Granularity(GranularityKind.Group).Of(new Shape(2, 3))).Message);

    /// <summary>One value, a constant channel, zeros, tiny values, groups that do not divide the row: all come back.</summary>
    [Theory]
    [InlineData("int8n symmetric channel minmax")]
    [InlineData("int4 asymmetric group:2 minmax")]
    [InlineData("int8 asymmetric channel mse")]
    [InlineData("int8 asymmetric tensor kl")]
    [InlineData("int8 symmetric group:2 percentile:1")]
    [InlineData("float16 symmetric channel minmax")]
    public void Of_EdgeCases_AreFiniteAndClose(string text)
    {
        var spec = QuantizerSpec.Parse(text);
        foreach (var (values, shape) in new[]
        {
            (new[] { 0.3f }, new Shape(1)), ([0f], new Shape(1, 1)), ([-2f, -2, -2], new Shape(1, 3)),
            ([0f, 0, 0, 5, 5, 5], new Shape(2, 3)), ([1e-44f, 0, 1e-44f], new Shape(1, 3)),
        })
        {
            var back = QuantizedTensor.Of(Tensor.From<float>(values, shape), spec).Dequantize().Span<float>().ToArray();
            Assert.All(back.Zip(values), pair => Assert.InRange(pair.First, pair.Second - 0.02f, pair.Second + 0.02f));
        }
    }

    [Theory]
    [InlineData("int8n symmetric channel minmax")]
    [InlineData("int4 asymmetric group:7 minmax half-even")]
    [InlineData("uint3 asymmetric tensor minmax")]
    [InlineData("int6 symmetric group:5 minmax power-of-two")]
    public void Of_Tensor_IsWithinHalfAStep(string text)
    {
        var spec = QuantizerSpec.Parse(text);
        var values = Tensor.From<float>(Draw.Normals(4, 6 * 3 * 11), new Shape(6, 3, 11));
        var quantized = QuantizedTensor.Of(values, spec);
        var back = quantized.Dequantize();
        var groups = QuantizedTensor.Groups(values.Shape, spec.Granularity).ToArray();
        Assert.Equal(groups.Length, quantized.Scales.Length);
        Assert.Equal(values.Shape.Count, groups.Sum(group => group.End.Value - group.Start.Value));
        for (var g = 0; g < groups.Length; g++)
            for (var i = groups[g].Start.Value; i < groups[g].End.Value; i++)
            {
                Assert.InRange(quantized.Numbers[i], spec.Format.Least, spec.Format.Greatest);
                Assert.Equal(Math.Round(quantized.Numbers[i]), quantized.Numbers[i]);
                // Half a step for the value, as much again for the zero point's own rounding at the range's ends.
                Assert.InRange(Math.Abs(back.Span<float>()[i] - values.Span<float>()[i]), 0, quantized.Scales[g] * 1.001);
            }
    }

    /// <summary>TFLite's weights are one of the specs: the same integers and scales.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_TflitesWeights_AreThoseOfTheScheme(bool perChannel)
    {
        var values = Tensor.From<float>(Draw.Normals(6, 8 * 27), new Shape(8, 27));
        var spec = QuantizerSpec.Parse($"int8n symmetric {(perChannel ? "channel" : "tensor")} minmax");
        var expected = WeightQuantization.Symmetric(values, perChannel);
        var actual = QuantizedTensor.Of(values, spec);
        Assert.Equal(expected.Scales, actual.Scales);
        Assert.Equal(expected.Kernel.Span<sbyte>().ToArray().Select(q => (float)q), actual.Numbers);
    }

    /// <summary>With few bits and an outlier, the searched ranges clip it, and lower the cost that they search by.</summary>
    [Theory]
    [InlineData("mse", 4)]
    [InlineData("kl", 8)]
    public void Search_WithAnOutlier_FindsALowerCostThanTheWholeRange(string rule, int bits)
    {
        var histogram = new ValueHistogram();
        histogram.Add(Draw.Normals(7, 20000));
        histogram.Add([25]);
        var spec = QuantizerSpec.Parse($"int{bits} symmetric tensor {rule}");
        var (low, high) = RangeSearch.Of(spec, histogram);
        double Cost(double from, double to) => rule == "mse"
            ? RangeSearch.SquaredError(spec, histogram, from, to)
            : RangeSearch.Divergence(spec, histogram, from, to);
        Assert.InRange(high, 1, 10);
        Assert.True(Cost(low, high) < Cost(histogram.Minimum, histogram.Maximum));
        // The search tries every hundredth of the outlier's distance.
        foreach (var other in new[] { high - 0.25, high + 0.25, 2 * high })
            Assert.True(Cost(low, high) <= Cost(Math.Max(-other, histogram.Minimum), other));
    }

    /// <summary>
    /// By hand: four values of 0.5, two of 1.5, two of 2.5 and two far beyond, in bins of one, clipped at 2: P = (4, 2, 4) / 10. The number 0
    /// stands for the first bin, 2 for the two others: Q = (4, 2, 2) / 8. KL = .4 ln(.4 / .5) + .2 ln(.2 / .25) + .4 ln(.4 / .25).
    /// </summary>
    [Fact]
    public void Divergence_ByHand_IsTheSum()
    {
        var histogram = new ValueHistogram();
        const float unit = ValueHistogram.Half; // the greatest value makes bins one unit wide
        histogram.Add([.5f, .5f, .5f, .5f, 1.5f, 1.5f, 2.5f, 2.5f, unit - .5f, unit - .5f]);
        Assert.Equal(1, histogram.Width);
        var spec = QuantizerSpec.Parse("uint1 asymmetric tensor kl");
        var (left, right) = (4.0 / 8 / 1, 4.0 / 8 / 2);
        var expected = .4 * Math.Log(.4 / left) + .2 * Math.Log(.2 / right) + .4 * Math.Log(.4 / right);
        Assert.Equal(expected, RangeSearch.Divergence(spec, histogram, 0, 2), 1e-12);
    }
}
