namespace GpuQuant.Backends;

/// <summary>
/// How an int32 accumulator becomes an output integer in TFLite's arithmetic (Jacob et al. 2018, section 2.2): add the bias, multiply
/// by a 31-bit fixed-point number (saturating rounding doubling high multiply, halves up), shift (left before, or rounding right after,
/// halves away from zero), add the output's zero point, clamp.
/// </summary>
/// <param name="Multipliers">int32, one per output channel or one for all: the real factor is <c>m / 2^31 * 2^shift</c>.</param>
/// <param name="Shifts">int32, as many: positive shifts left before the multiplication, negative right after it.</param>
/// <param name="ZeroPoint">The output's zero point.</param>
/// <param name="Minimum">The least output, which also carries a fused relu.</param>
/// <param name="Maximum">The greatest output.</param>
/// <remarks>
/// 64-bit accumulators of int16 layers are multiplied by the multiplier's upper 15 bits and shifted in one rounding, halves up; their zero
/// point is 0.
/// </remarks>
/// <example>Factor 0.5 is multiplier 2^30, shift 0: accumulator 3 gives 2 (1.5, a half, goes up), -3 gives -1.</example>
public sealed record Requantization(TensorView Multipliers, TensorView Shifts, int ZeroPoint, int Minimum, int Maximum);
