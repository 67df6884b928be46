namespace GpuQuant.Backends;

/// <summary>
/// The straight-through gradient of <see cref="DorefaForwardCall"/> and the tanh before it: dw = dy (1 - t^2) / g, the greatest magnitude
/// taken as a constant.
/// </summary>
/// <param name="Input">t, float32.</param>
/// <param name="Greatest">[1]: g.</param>
/// <param name="OutputGradient">dy, like the input.</param>
/// <param name="InputGradient">dw, written; may be the output's gradient itself.</param>
/// <example>t = 0.5, g = 0.5, dy = 2: dw = 2 * 0.75 / 0.5 = 3.</example>
public sealed record DorefaBackwardCall(TensorView Input, TensorView Greatest, TensorView OutputGradient, TensorView InputGradient)
    : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input, Greatest, OutputGradient];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [InputGradient];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
