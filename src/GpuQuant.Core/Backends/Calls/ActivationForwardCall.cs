namespace GpuQuant.Backends;

/// <summary>output = activation(input), element by element, float32. Input and output may be the same tensor.</summary>
public sealed record ActivationForwardCall(Activation Activation, TensorView Input, TensorView Output) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
