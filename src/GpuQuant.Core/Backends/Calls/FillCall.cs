namespace GpuQuant.Backends;

/// <summary>destination = value, in every (float32) element.</summary>
public sealed record FillCall(TensorView Destination, float Value) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Destination];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
