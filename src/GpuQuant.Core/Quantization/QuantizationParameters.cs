namespace GpuQuant.Quantization;

/// <summary>What an integer means: value = (q - zero point) * scale.</summary>
/// <param name="Scale">The step between neighbouring integers, positive.</param>
/// <param name="ZeroPoint">The integer that stands for 0.</param>
/// <param name="Bits">The integer's width: 8 bits are -128 to 127.</param>
public readonly record struct QuantizationParameters(float Scale, int ZeroPoint, int Bits = 8)
{
    /// <summary>The least integer.</summary>
    public int Least => -(1 << (Bits - 1));

    /// <summary>The greatest integer.</summary>
    public int Greatest => (1 << (Bits - 1)) - 1;

    /// <summary>The greatest distance of an integer from the zero point.</summary>
    internal int GreatestDistance => Math.Max(Greatest - ZeroPoint, ZeroPoint - Least);

    /// <summary>
    /// Asymmetric parameters for a range, as TFLite chooses them: the range is widened to hold 0, and the zero point is computed
    /// from the end whose rounding error is smaller, then rounded.
    /// </summary>
    /// <example>
    /// 0 to 2.55: scale 0.01, zero point -128. -1 to 1: scale 0.00784, zero point -1 (-0.5, away from zero). 0 to 1.5 in 4 bits: 0.1, -8.
    /// </example>
    public static QuantizationParameters Asymmetric(float minimum, float maximum, int bits = 8)
    {
        var (least, greatest) = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1);
        var (low, high) = (Math.Min(minimum, 0.0), Math.Max(maximum, 0.0));
        var scale = (high - low) / (greatest - least);
        if ((float)scale == 0) // no range, or one whose step is below the least float32
            return new(1, 0, bits);
        var exact = Math.Abs(low / scale) - least < Math.Abs(high / scale) + greatest ? least - low / scale : greatest - high / scale;
        return new((float)scale, (int)Math.Clamp(Math.Round(exact, MidpointRounding.AwayFromZero), least, greatest), bits);
    }

    /// <summary>Symmetric parameters for a range, TFLite's for int16: the greatest magnitude is the greatest integer.</summary>
    /// <example>16 bits, -1 to 0.5: scale 1/32767, zero point 0.</example>
    public static QuantizationParameters Symmetric(float minimum, float maximum, int bits)
    {
        var scale = (float)(Math.Max(Math.Abs((double)minimum), Math.Abs((double)maximum)) / ((1 << (bits - 1)) - 1));
        return new(scale == 0 ? 1 : scale, 0, bits);
    }
}
