using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Tests.Graphs;

/// <summary>Moments of fixed samples, within five standard errors.</summary>
public class InitializerTests
{
    private static readonly Shape Kernel = new(250, 3, 3, 64);

    [Fact]
    public void HeNormal_OfAKernel_HasKerasDeviationAndNoTails()
    {
        var values = Fill(Initializer.HeNormal);
        var deviation = Math.Sqrt(2.0 / (9 * 64));
        // A truncated draw has a fourth moment below the normal's: its variance's standard error is below sqrt(2 / n).
        Assert.Equal(0, values.Average(), 5 * deviation / Math.Sqrt(values.Length));
        Assert.Equal(1, values.Average(v => v * v) / (deviation * deviation), 5 * Math.Sqrt(2.0 / values.Length));
        Assert.InRange(values.Max() / deviation, 2.2, 2 / 0.87962566 + 1e-6);
        Assert.InRange(values.Min() / deviation, -2 / 0.87962566 - 1e-6, -2.2);
    }

    [Fact]
    public void Normal_OfAKernel_HasItsDeviationAndTails()
    {
        var values = Fill(Initializer.Normal(0.05f));
        Assert.Equal(0, values.Average(), 5 * 0.05 / Math.Sqrt(values.Length));
        Assert.Equal(1, values.Average(v => v * v) / 0.0025, 5 * Math.Sqrt(2.0 / values.Length));
        Assert.True(values.Max() > 0.19);
    }

    [Fact]
    public void Uniform_OfAKernel_FillsItsRangeEvenly()
    {
        var values = Fill(Initializer.Uniform(0.05f));
        Assert.Equal(0, values.Average(), 5 * 0.05 / Math.Sqrt(3.0 * values.Length));
        // The square of a uniform draw has the mean 1/3 and the variance 4/45 of its range.
        Assert.Equal(1 / 3.0, values.Average(v => v * v) / 0.0025, 5 * Math.Sqrt(4 / 45.0 / values.Length));
        Assert.InRange(values.Max(), 0.0499, 0.05);
        Assert.InRange(values.Min(), -0.05, -0.0499);
    }

    [Fact]
    public void Orthogonal_OfRecurrentWeights_HasColumnsOfLength1AtRightAngles()
    {
        var (rows, columns) = (225, 75);
        var values = new float[rows * columns];
        Initializer.Orthogonal.Fill(values, new Shape(rows, columns), new RandomStream(1, RandomPurpose.Initialization));
        for (var a = 0; a < columns; a++)
            for (var b = 0; b <= a; b++)
                Assert.Equal(a == b ? 1 : 0, Enumerable.Range(0, rows).Sum(r => (double)values[r * columns + a] * values[r * columns + b]), 1e-6);
        // The first column is the normal draws of the stream, made one long.
        var draws = new RandomStream(1, RandomPurpose.Initialization);
        var first = Enumerable.Range(0, rows).Select(_ => draws.NextNormal()).ToArray();
        Assert.Equal(first[7] / Math.Sqrt(first.Sum(v => v * v)), values[7 * columns], 1e-7);
    }

    [Fact]
    public void Parts_OfABias_AreEqualAndInOrder()
    {
        var values = new float[8];
        Initializer.Parts(0, 1, 0, 2).Fill(values, new Shape(8), new RandomStream(1, RandomPurpose.Initialization));
        Assert.Equal([0, 0, 1, 1, 0, 0, 2, 2], values);
    }

    private static double[] Fill(Initializer initializer)
    {
        var values = new float[Kernel.Count];
        initializer.Fill(values, Kernel, new RandomStream(1, RandomPurpose.Initialization));
        return Array.ConvertAll(values, v => (double)v);
    }
}
