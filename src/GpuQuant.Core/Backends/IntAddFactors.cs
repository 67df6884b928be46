namespace GpuQuant.Backends;

/// <summary>
/// The numbers of an integer addition: sum = left (q1 - z1) 2^h + right (q2 - z2) 2^h, q = clamp(output sum + z), every factor a
/// 31-bit multiplier m and a shift s, m / 2^31 * 2^s.
/// </summary>
/// <param name="LeftZeroPoint">The left summand's zero point.</param>
/// <param name="LeftMultiplier">The left summand's factor: its step over twice the greater of both.</param>
/// <param name="LeftShift">Its shift, 0 or negative.</param>
/// <param name="RightZeroPoint">The right summand's zero point.</param>
/// <param name="RightMultiplier">The right summand's factor.</param>
/// <param name="RightShift">Its shift, 0 or negative.</param>
/// <param name="OutputMultiplier">The output's factor: twice the greater step over 2^h of the output's.</param>
/// <param name="OutputShift">Its shift.</param>
/// <param name="OutputZeroPoint">The output's zero point.</param>
/// <param name="Minimum">The least output; a fused relu raises it to the zero point.</param>
/// <param name="Maximum">The greatest output.</param>
/// <param name="Headroom">
/// h, the bits below a summand's step that the common step has: 20 for int8, whose differences have 9 bits and sums one more; 15 for int16.
/// </param>
/// <example>Equal steps and zero points 0: 3 + 4 is 3 * 2^19 + 4 * 2^19 = 7 * 2^19, times 2^-19 is 7.</example>
public readonly record struct IntAddFactors(
    int LeftZeroPoint, int LeftMultiplier, int LeftShift, int RightZeroPoint, int RightMultiplier, int RightShift,
    int OutputMultiplier, int OutputShift, int OutputZeroPoint, int Minimum, int Maximum, int Headroom = 20);
