namespace GpuQuant.Backends;

/// <summary>
/// The gradient of an activation from its output y: relu passes where y &gt; 0, relu6 where also y &lt; 6; sigmoid is dy y (1 - y);
/// tanh dy (1 - y^2). The two gradients may be the same tensor.
/// </summary>
public sealed record ActivationBackwardCall(Activation Activation, TensorView Output, TensorView OutputGradient, TensorView InputGradient)
    : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Output, OutputGradient];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [InputGradient];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
