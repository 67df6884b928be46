namespace GpuQuant.Quantization;

/// <summary>What an integer means: value = (q - zero point) * scale.</summary>
/// <param name="Scale">The step between neighbouring integers, positive.</param>
/// <param name="ZeroPoint">The integer that stands for 0.</param>
public readonly record struct QuantizationParameters(float Scale, int ZeroPoint)
{
    /// <summary>
    /// Asymmetric int8 parameters for a range, as TFLite chooses them: the range is widened to hold 0, and the zero point is computed
    /// from the end whose rounding error is smaller, then rounded.
    /// </summary>
    /// <example>0 to 2.55: scale 0.01, zero point -128. -1 to 1: scale 0.00784, zero point -1 (-0.5, away from zero).</example>
    public static QuantizationParameters Asymmetric(float minimum, float maximum)
    {
        var (low, high) = (Math.Min(minimum, 0.0), Math.Max(maximum, 0.0));
        var scale = (high - low) / 255;
        if ((float)scale == 0) // no range, or one whose step is below the least float32
            return new(1, 0);
        var exact = 128 + Math.Abs(low / scale) < 127 + Math.Abs(high / scale) ? -128 - low / scale : 127 - high / scale;
        return new((float)scale, (int)Math.Clamp(Math.Round(exact, MidpointRounding.AwayFromZero), -128, 127));
    }
}
