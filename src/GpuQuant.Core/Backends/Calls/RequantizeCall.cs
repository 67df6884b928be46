namespace GpuQuant.Backends;

/// <summary>int32 accumulators (rows x C, with an optional int32 bias per channel) to int8 or uint8.</summary>
public sealed record RequantizeCall(TensorView Input, TensorView? Bias, TensorView Output, Requantization Requantization) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => Present(Input, Bias, Requantization.Multipliers, Requantization.Shifts);

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
