using GpuQuant.Numerics;

namespace GpuQuant.Shifts;

/// <summary>
/// Poisson draws of one mean by inverting the distribution function: one uniform number per draw, so that every pixel has its own
/// fixed place in the random sequence, whatever its value.
/// </summary>
/// <example>With mean 1 a uniform 0.3 gives 0 (P(k = 0) = 0.368), 0.5 gives 1 (P(k &lt;= 1) = 0.736), 0.9 gives 2.</example>
public sealed class PoissonTable
{
    private readonly double[] _cumulative;

    /// <summary>Makes the table for a mean of 0 to 500.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The mean is negative or above 500, where exp(-mean) loses its bits.</exception>
    public PoissonTable(double mean)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(mean);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(mean, 500);
        var cumulative = new List<double>();
        var probability = PortableMath.Exp(-mean);
        var sum = probability;
        // Past the mean the terms only shrink: stop when they no longer change the sum.
        for (var k = 1; sum - probability < sum || k <= mean; k++)
        {
            cumulative.Add(sum);
            probability *= mean / k;
            sum += probability;
        }
        _cumulative = [.. cumulative];
    }

    /// <summary>The smallest k whose P(count &lt;= k) exceeds the uniform number, which lies in [0, 1).</summary>
    public int Invert(double uniform)
    {
        var (low, high) = (0, _cumulative.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_cumulative[middle] > uniform)
                high = middle;
            else
                low = middle + 1;
        }
        return low;
    }
}
