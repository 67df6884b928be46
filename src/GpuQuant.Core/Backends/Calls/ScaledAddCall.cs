namespace GpuQuant.Backends;

/// <summary>target += factor * source, float32: weight decay and gradient accumulation.</summary>
public sealed record ScaledAddCall(float Factor, TensorView Source, TensorView Target) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Source, Target];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Target];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
