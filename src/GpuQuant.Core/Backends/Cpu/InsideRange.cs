using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// The values that a quantizer does not clamp, as an interval: quantizing is monotone, so two comparisons per element replace a division
/// and a rounding, and decide the same.
/// </summary>
internal static class InsideRange
{
    // The estimate below rounds twice, the quotient once: the true end is at most a few float32 numbers away.
    private const int MostSteps = 16;

    /// <summary>The least and the greatest float32 for which <see cref="QuantizeFormula.IsInside"/> holds; NaN if there is none.</summary>
    public static (float Low, float High) Of(float scale, int zeroPoint, int minimum, int maximum)
    {
        return (End((minimum - zeroPoint - 0.5f) * scale, MathF.BitDecrement, MathF.BitIncrement),
            End((maximum - zeroPoint + 0.5f) * scale, MathF.BitIncrement, MathF.BitDecrement));

        float End(float estimate, Func<float, float> outwards, Func<float, float> inwards)
        {
            for (var i = 0; i < MostSteps && IsInside(outwards(estimate)); i++)
                estimate = outwards(estimate);
            for (var i = 0; i < MostSteps && !IsInside(estimate); i++)
                estimate = inwards(estimate);
            return IsInside(estimate) ? estimate : float.NaN;
        }

        bool IsInside(float x) => QuantizeFormula.IsInside(x, scale, zeroPoint, minimum, maximum);
    }
}
