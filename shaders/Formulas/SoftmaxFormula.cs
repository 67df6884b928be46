namespace GpuQuant.Formulas;

/// <summary>The last step of TFLite's integer softmax, in its own arithmetic.</summary>
internal static class SoftmaxFormula
{
    /// <summary>The factor from table values to 256ths: one rounding, since the product with 1/256 is exact.</summary>
    public static float Inverse(float sum) => 1 / (sum * (1 / 256f));

    /// <summary>min(255, round(value * inverse)), halves away from zero.</summary>
    public static int Probability(float value, float inverse) =>
        QuantizeFormula.Place(QuantizeFormula.RoundHalfAway(value * inverse), 0, 0, 255);
}
