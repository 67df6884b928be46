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

    private static double[] Fill(Initializer initializer)
    {
        var values = new float[Kernel.Count];
        initializer.Fill(values, Kernel, new RandomStream(1, RandomPurpose.Initialization));
        return Array.ConvertAll(values, v => (double)v);
    }
}
