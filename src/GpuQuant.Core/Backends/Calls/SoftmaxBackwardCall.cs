namespace GpuQuant.Backends;

/// <summary>The gradient of softmax from its output y: dx = y (dy - sum over the row of dy y), float32, rows x C.</summary>
public sealed record SoftmaxBackwardCall(TensorView Output, TensorView OutputGradient, TensorView InputGradient) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Output, OutputGradient];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [InputGradient];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
