namespace GpuQuant.Backends;

/// <summary>
/// int32 accumulators (rows x C, with an optional int32 bias per channel) to int8 or uint8; or 256 times accumulators plus others, with an
/// int64 bias, to int16.
/// </summary>
/// <param name="Input">The accumulators.</param>
/// <param name="Bias">C values, or null.</param>
/// <param name="Output">Like the input.</param>
/// <param name="Requantization">How.</param>
/// <param name="High">For int16: the accumulators of the inputs' upper bytes, those that count 256 times.</param>
public sealed record RequantizeCall(
    TensorView Input, TensorView? Bias, TensorView Output, Requantization Requantization, TensorView? High = null) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => Present(Input, Bias, High, Requantization.Multipliers, Requantization.Shifts);

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
