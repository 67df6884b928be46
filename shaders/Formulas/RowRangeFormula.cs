namespace GpuQuant.Formulas;

/// <summary>The range of a dynamically quantized row and its integers, as <see cref="Backends.QuantizeRowsCall"/> says.</summary>
internal static class RowRangeFormula
{
    /// <summary>(hi - lo) / 255, or 1 for a row of zeros.</summary>
    public static float Scale(float low, float high) => low == high ? 1 : (high - low) / 255;

    /// <summary>The integer that stands for 0: from the end of the range that is nearer to 0, whose rounding error is smaller.</summary>
    public static int ZeroPoint(float low, float high)
    {
        if (low == high)
            return 0;
        var scale = Scale(low, high);
        var exact = -low < high ? -128 - low / scale : 127 - high / scale;
        var rounded = (int)QuantizeFormula.RoundHalfAway(exact);
        return rounded < -128 ? -128 : rounded > 127 ? 127 : rounded;
    }

    /// <summary>clamp(round(x * inverse scale) + zero point, -128, 127).</summary>
    public static int Quantize(float x, float inverseScale, int zeroPoint) =>
        QuantizeFormula.Place(QuantizeFormula.RoundHalfAway(x * inverseScale), zeroPoint, -128, 127);
}
