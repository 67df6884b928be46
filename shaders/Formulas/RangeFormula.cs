namespace GpuQuant.Formulas;

/// <summary>The range that a fake-quantizer keeps, and the scale and zero point that follow from it.</summary>
internal static class RangeFormula
{
    private const float LeastNormal = 1.17549435e-38f;

    /// <summary>
    /// One end of the moving range after a batch that reached <paramref name="batch"/>; the first batch sets it.
    /// </summary>
    public static float Moved(float old, float batch, bool isFirst, float momentum) =>
        isFirst ? batch : momentum * old + (1 - momentum) * batch;

    /// <summary>The step of so many that lead from the low end to the high one; 1 if there is no range.</summary>
    public static float Scale(float low, float high, int steps)
    {
        var scale = (high - low) / steps;
        return scale == 0 ? 1 : scale;
    }

    /// <summary>The integer that stands for 0: from the end of the range that is nearer to 0, whose rounding error is smaller.</summary>
    public static int ZeroPoint(float low, float high, int minimum, int maximum)
    {
        var scale = (high - low) / (maximum - minimum);
        if (scale == 0)
            return 0;
        var (below, above) = (low / scale, high / scale);
        var exact = -minimum - below < maximum + above ? minimum - below : maximum - above;
        return QuantizeFormula.Place(QuantizeFormula.RoundHalfAway(exact), 0, minimum, maximum);
    }

    /// <summary>The step with which integers around 0 reach both ends; 1 if there is no range. The low end counts if there are negative ones.</summary>
    public static float SymmetricScale(float low, float high, int minimum, int maximum)
    {
        var (below, above) = (minimum < 0 ? low / minimum : 0, high / maximum);
        var scale = below > above ? below : above;
        return scale == 0 ? 1 : scale;
    }

    /// <summary>The scale of weights in [-maximum, maximum]; steps below the least normal number count as none.</summary>
    public static float Symmetric(float greatest, int maximum)
    {
        var scale = greatest / maximum;
        return scale < LeastNormal ? 1 : scale;
    }
}
