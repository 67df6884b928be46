namespace GpuQuant.Backends;

/// <summary>destination = source, byte by byte; both have the same size.</summary>
public sealed record CopyCall(TensorView Source, TensorView Destination) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Source];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Destination];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
