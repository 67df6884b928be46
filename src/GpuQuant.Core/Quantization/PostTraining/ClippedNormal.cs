using GpuQuant.Numerics;

namespace GpuQuant.Quantization.PostTraining;

/// <summary>Means of normally distributed values behind an activation that clips them.</summary>
internal static class ClippedNormal
{
    private const double InverseRootTwoPi = 0.39894228040143267794;
    private const double Far = 9;

    /// <summary>The mean of clamp(x, low, high) for x of the given mean and deviation.</summary>
    /// <param name="mean">Of x.</param>
    /// <param name="deviation">Of x, 0 or more.</param>
    /// <param name="low">0 for relu.</param>
    /// <param name="high">Infinity for relu, 6 for relu6.</param>
    /// <example>A standard normal behind a relu: 1 / sqrt(2 pi) = 0.3989.</example>
    public static double Mean(double mean, double deviation, double low, double high)
    {
        if (deviation == 0)
            return Math.Clamp(mean, low, high);
        var (a, b) = ((low - mean) / deviation, (high - mean) / deviation);
        var inside = mean * (Cumulative(b) - Cumulative(a)) + deviation * (Density(a) - Density(b));
        return inside + Weighted(low, Cumulative(a)) + Weighted(high, Cumulative(-b));
    }

    /// <summary>The share of a standard normal below x, to 1e-15: the density times the series x + x^3/3 + x^5/15 + ...</summary>
    public static double Cumulative(double x)
    {
        if (Math.Abs(x) > Far)
            return x < 0 ? 0 : 1;
        var (sum, term) = (0.0, x);
        for (var n = 3; sum + term != sum; n += 2)
        {
            sum += term;
            term *= x * x / n;
        }
        return 0.5 + Density(x) * sum;
    }

    private static double Density(double x) => InverseRootTwoPi * PortableMath.Exp(-x * x / 2);

    /// <summary>An infinite end counts for nothing, for no value reaches it.</summary>
    private static double Weighted(double end, double share) => double.IsInfinity(end) ? 0 : end * share;
}
