namespace GpuQuant.Quantization;

/// <summary>A positive real factor as a 31-bit fixed-point number and a power of two, as TFLite stores it.</summary>
/// <param name="Multiplier">2^30 to 2^31 - 1, or 0.</param>
/// <param name="Shift">The factor is Multiplier / 2^31 * 2^Shift.</param>
public readonly record struct FixedPointMultiplier(int Multiplier, int Shift)
{
    /// <summary>The nearest fixed-point number: 0.75 is 0.75 * 2^31 with shift 0; 1 is 2^30 with shift 1.</summary>
    public static FixedPointMultiplier Of(double factor)
    {
        if (factor == 0)
            return new(0, 0);
        var shift = Math.ILogB(factor) + 1;
        var mantissa = (long)Math.Round(Math.ScaleB(factor, 31 - shift), MidpointRounding.AwayFromZero);
        if (mantissa == 1L << 31)
            (mantissa, shift) = (mantissa / 2, shift + 1);
        return shift < -31 ? new(0, 0) : new((int)mantissa, shift);
    }
}
