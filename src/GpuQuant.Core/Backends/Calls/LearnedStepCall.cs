namespace GpuQuant.Backends;

/// <summary>
/// From learned steps to the scales and zero points that <see cref="FakeQuantizeForwardCall"/> takes. A step is positive: training reflects
/// one that an optimizer took below 0, and lets one that is 0 (closer to it than the least normal number) start from the values.
/// </summary>
/// <param name="Input">The values, a row per step, from which unset steps start; null changes no step: evaluation.</param>
/// <param name="Steps">One per channel, or one for all; written unless there is no input.</param>
/// <param name="Offset">[1]: the value that the integer 0 stands for; null: 0. Starts with its step.</param>
/// <param name="Scales">Written, as many as steps: |step|, or |step| / maximum where the end is learned; 1 for an unset one.</param>
/// <param name="ZeroPoints">As many, int32, written: round(-offset / scale), halves away from 0, within the integers.</param>
/// <param name="Start">Where a step begins.</param>
/// <param name="Minimum">The least integer.</param>
/// <param name="Maximum">The greatest integer.</param>
/// <example>
/// Step 0, values -1, 2, -3, 2, integers -4..4: mean magnitude 2, so step and scale become 2 * 2 / sqrt(4) = 2. Step -0.5: step and scale
/// 0.5. Step 0.5, offset 1.2: zero point -2.
/// </example>
public sealed record LearnedStepCall(
    TensorView? Input, TensorView Steps, TensorView? Offset, TensorView Scales, TensorView ZeroPoints, StepStart Start, int Minimum,
    int Maximum) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => Present(Input, Steps, Offset);

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes =>
        Input is null ? [Scales, ZeroPoints] : Present(Steps, Offset, Scales, ZeroPoints);

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
