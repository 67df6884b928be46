namespace GpuQuant.Quantization.Parts;

/// <summary>
/// Small floating-point numbers: a sign, some bits of exponent and some of fraction, subnormal numbers included. Values beyond the
/// greatest number become the greatest, as in Micikevicius et al. 2022, "FP8 formats for deep learning" (saturating conversion).
/// </summary>
/// <param name="Name">What it is called.</param>
/// <param name="ExponentBits">Bits of exponent, with the bias 2^(bits - 1) - 1.</param>
/// <param name="FractionBits">Bits after the leading one.</param>
/// <param name="Top">The greatest number: 448 for e4m3, whose largest exponent also holds numbers.</param>
/// <example>float16 turns 0.1 into 0.0999755859375; e4m3 turns 0.3 into 0.3125, and 1000 into 448.</example>
public sealed record FloatFormat(string Name, int ExponentBits, int FractionBits, double Top) : NumberFormat
{
    /// <summary>IEEE 754 half precision.</summary>
    public static FloatFormat Float16 { get; } = new("float16", 5, 10, 65504);

    /// <summary>The upper half of a float32.</summary>
    public static FloatFormat BFloat16 { get; } = new("bfloat16", 8, 7, 3.3895313892515355e38);

    /// <summary>FP8 with four bits of exponent and no infinity.</summary>
    public static FloatFormat E4M3 { get; } = new("e4m3", 4, 3, 448);

    /// <summary>FP8 with five bits of exponent.</summary>
    public static FloatFormat E5M2 { get; } = new("e5m2", 5, 2, 57344);

    /// <summary>The formats by name.</summary>
    public static IReadOnlyDictionary<string, FloatFormat> Named { get; } =
        new[] { Float16, BFloat16, E4M3, E5M2 }.ToDictionary(format => format.Name);

    /// <inheritdoc/>
    public override double Least => -Top;

    /// <inheritdoc/>
    public override double Greatest => Top;

    /// <inheritdoc/>
    public override int Bits => 1 + ExponentBits + FractionBits;

    /// <inheritdoc/>
    public override double Nearest(double value, RoundingRule rounding)
    {
        if (value == 0 || double.IsNaN(value))
            return value;
        // Below the least normal number the step stays that of the smallest exponent.
        var exponent = Math.Max(double.IsFinite(value) ? Math.ILogB(value) : 0, 2 - (1 << (ExponentBits - 1)));
        var step = Math.ScaleB(1, exponent - FractionBits);
        return Math.Clamp(Math.Round(value / step, MidpointRounding.ToEven) * step, Least, Greatest);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
