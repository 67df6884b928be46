namespace GpuQuant.Backends;

/// <summary>Widens a range to hold all values: range[0] = min(range[0], least), range[1] = max(range[1], greatest), float32.</summary>
public sealed record MinMaxCall(TensorView Input, TensorView Range) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input, Range];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Range];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
