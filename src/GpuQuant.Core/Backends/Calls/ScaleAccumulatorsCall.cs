namespace GpuQuant.Backends;

/// <summary>
/// int32 accumulators back to float32, as dynamic-range kernels do: y = activation(acc * (row scale * channel scale) + bias).
/// </summary>
/// <param name="Input">Items x anything x C, int32.</param>
/// <param name="RowScales">One float32 per item of the batch.</param>
/// <param name="ChannelScales">One float32 per channel, or one for all.</param>
/// <param name="Bias">C values, float32, or null.</param>
/// <param name="Output">Like the input, float32.</param>
/// <param name="Activation">Applied to every output.</param>
public sealed record ScaleAccumulatorsCall(
    TensorView Input, TensorView RowScales, TensorView ChannelScales, TensorView? Bias, TensorView Output,
    Activation Activation = Activation.None) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => Present(Input, RowScales, ChannelScales, Bias);

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
