using GpuQuant.Numerics;
using GpuQuant.Quantization.Parts;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization.Parts;

/// <summary>The streaming histogram against one made with all values at hand.</summary>
public class ValueHistogramTests
{
    private static readonly float[] Values =
        [.. Draw.Normals(1, 5000), .. Draw.Normals(2, 300, 40), .. Draw.Normals(3, 200, 1e-4), 0, -0f, 4096, -4096, 1e-40f];

    [Fact]
    public void Add_InAnyOrderAndParts_IsTheSame()
    {
        var whole = Of(Values);
        var reversed = Of([.. Values.Reverse()]);
        var parts = new ValueHistogram();
        foreach (var chunk in Values.Chunk(37))
            parts.Add(Of(chunk));
        foreach (var other in new[] { reversed, parts })
        {
            Assert.Equal(whole.Counts.ToArray(), other.Counts.ToArray());
            Assert.Equal((whole.Count, whole.Minimum, whole.Maximum, whole.Width), (other.Count, other.Minimum, other.Maximum, other.Width));
        }
        Assert.Equal(Values.Length, whole.Counts.ToArray().Sum());
        Assert.Equal((-4096f, 4096f, 4.0), (whole.Minimum, whole.Maximum, whole.Width));
    }

    [Fact]
    public void Add_Values_FallIntoTheirBins()
    {
        var histogram = Of(Values);
        var expected = new long[2 * ValueHistogram.Half];
        foreach (var value in Values)
            expected[(int)Math.Floor(value / histogram.Width) + ValueHistogram.Half]++;
        Assert.Equal(expected, histogram.Counts.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.001)]
    [InlineData(0.25)]
    [InlineData(0.5)]
    [InlineData(0.999)]
    [InlineData(1)]
    public void Quantile_OfAnyShare_IsWithinABinOfTheSortedValues(double share)
    {
        var histogram = Of(Values);
        var sorted = Values.Order().ToArray();
        var exact = sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
        Assert.InRange(histogram.Quantile(share) - exact, 0, histogram.Width);
    }

    /// <summary>Values up to 2,000 are in bins of 1: the first ends at -3, the last at 2,001.</summary>
    [Fact]
    public void Quantile_OfNothingAndAll_IsTheLeastAndTheGreatest()
    {
        var histogram = Of([-4f, 1, 2000, 3.5f]);
        Assert.Equal(1, histogram.Width);
        Assert.Equal((-4, 2000), (histogram.Quantile(0), histogram.Quantile(1)));
        // A fourth of the values, -4, is reached in the bin from -4 to -3.
        Assert.Equal(-3, histogram.Quantile(0.25));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Add_NoNumber_IsAnErrorAndAddsNothing(float value)
    {
        var histogram = Of([1, 2]);
        Assert.Throws<ComputationException>(() => histogram.Add([3, value]));
        Assert.Equal((2, 1f, 2f), (histogram.Count, histogram.Minimum, histogram.Maximum));
    }

    /// <summary>In vectors and in what is left behind the last one.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(4999)]
    [InlineData(5001)]
    public void Add_ManyValuesWithOneThatIsNoNumber_IsAnErrorAndAddsNothing(int place)
    {
        var (histogram, values) = (Of([1, 2]), new float[5002]);
        values[place] = float.NegativeInfinity;
        Assert.Throws<ComputationException>(() => histogram.Add(values));
        Assert.Equal((2, 1f, 2f), (histogram.Count, histogram.Minimum, histogram.Maximum));
    }

    /// <summary>
    /// Beside 1e30, whose bins are 2^89 wide, the least subnormal number's multiple of a width is 0 in float32: it must still count as
    /// below 0, one by one and in vectors.
    /// </summary>
    [Theory]
    [InlineData(2)]
    [InlineData(5000)]
    public void Add_TinyNegativeValues_CountBelowZero(int count)
    {
        float[] values = [1e30f, .. Enumerable.Repeat(-float.Epsilon, count)];
        var histogram = Of(values);
        Assert.Equal((count, 0), (histogram.Counts[ValueHistogram.Half - 1], histogram.Counts[ValueHistogram.Half]));
        Assert.Equal(-float.Epsilon, histogram.Minimum);
    }

    [Fact]
    public void Add_ExtremeValues_Fit()
    {
        var histogram = Of([float.MaxValue, float.MinValue, float.Epsilon, 0]);
        Assert.Equal(4, histogram.Counts.ToArray().Sum());
        Assert.Equal(1, Of([float.Epsilon]).Counts[ValueHistogram.Half + 1]);
    }

    private static ValueHistogram Of(float[] values)
    {
        var histogram = new ValueHistogram();
        histogram.Add(values);
        return histogram;
    }
}
