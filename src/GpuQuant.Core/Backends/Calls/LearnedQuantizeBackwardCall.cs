namespace GpuQuant.Backends;

/// <summary>
/// The gradients of fake quantization with learned steps. With v = x / s + z between the least and the greatest integer (both excluded),
/// a value is inside: dx = dy, and its step's gradient gains (round(x / s) - x / s) dy (Esser et al. 2020, equations 3 and 5). Outside,
/// dx = 0; the step's gradient gains the integer at that end times dy, the offset's dy (Bhalgat et al. 2020, equations 7 and 8). Where
/// the range's end is learned in place of the step, its gradient is the sum of dy at and above it (Choi et al. 2018, equation 3).
/// </summary>
/// <param name="Input">What was quantized, float32, a row per scale.</param>
/// <param name="Scales">As <see cref="LearnedStepCall"/> wrote them.</param>
/// <param name="ZeroPoints">Likewise.</param>
/// <param name="OutputGradient">Like the input.</param>
/// <param name="InputGradient">Written; may be the output's gradient itself. Null: not needed.</param>
/// <param name="StepGradient">Written, as many as scales; null: not needed.</param>
/// <param name="OffsetGradient">[1], written; null: there is none. Only with one scale.</param>
/// <param name="Minimum">The least integer.</param>
/// <param name="Maximum">The greatest integer.</param>
/// <param name="GradientScale">The gradients of step and offset are multiplied by it: 1 / sqrt(values per step * greatest integer).</param>
/// <param name="IsEndLearned">Whether the learned number is the range's end.</param>
/// <example>Scale 0.5, integers -4..3, x = 0.7, 9, dy = 1, 2: dx = 1, 0; the step's gradient is (1 - 1.4) + 3 * 2 = 5.6.</example>
public sealed record LearnedQuantizeBackwardCall(
    TensorView Input, TensorView Scales, TensorView ZeroPoints, TensorView OutputGradient, TensorView? InputGradient,
    TensorView? StepGradient, TensorView? OffsetGradient, int Minimum, int Maximum, float GradientScale = 1, bool IsEndLearned = false)
    : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input, Scales, ZeroPoints, OutputGradient];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => Present(InputGradient, StepGradient, OffsetGradient);

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
