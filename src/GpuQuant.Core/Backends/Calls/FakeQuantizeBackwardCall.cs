namespace GpuQuant.Backends;

/// <summary>
/// The straight-through gradient of fake quantization (Bengio et al. 2013, with clipping): dx = dy where round(x / s) + z lies within
/// the range, 0 where it was clamped. Arguments as in <see cref="FakeQuantizeForwardCall"/>.
/// </summary>
public sealed record FakeQuantizeBackwardCall(
    TensorView Input, TensorView Scales, TensorView ZeroPoints, TensorView OutputGradient, TensorView InputGradient, int Inner,
    int Minimum, int Maximum) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input, Scales, ZeroPoints, OutputGradient];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [InputGradient];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
