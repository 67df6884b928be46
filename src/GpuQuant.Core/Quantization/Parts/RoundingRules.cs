using GpuQuant.Numerics;

namespace GpuQuant.Quantization.Parts;

/// <summary>Rounding by rule.</summary>
public static class RoundingRules
{
    /// <summary>The integer.</summary>
    public static double Round(this RoundingRule rule, double value) => rule switch
    {
        RoundingRule.HalfAway => Math.Round(value, MidpointRounding.AwayFromZero),
        RoundingRule.HalfEven => Math.Round(value, MidpointRounding.ToEven),
        RoundingRule.Floor => Math.Floor(value),
        _ => Math.Ceiling(value),
    };

    /// <summary>
    /// One of the two neighbours, the nearer one more often, so that the mean over draws is the value itself (Gupta et al. 2015, "Deep
    /// learning with limited numerical precision"): 2.25 becomes 3 for uniforms below 0.25, else 2.
    /// </summary>
    /// <param name="value">The value.</param>
    /// <param name="uniform">A draw from [0, 1), such as <see cref="RandomStream.NextDouble"/> gives.</param>
    public static double Stochastic(double value, double uniform) => Math.Floor(value) + (uniform < value - Math.Floor(value) ? 1 : 0);
}
