namespace GpuQuant.Backends;

/// <summary>
/// The gradient of a convolution with respect to its kernel, summed over the batch and all output pixels in a fixed order.
/// </summary>
/// <param name="Input">N x H x W x C.</param>
/// <param name="OutputGradient">N x OH x OW x Out.</param>
/// <param name="KernelGradient">Out x KH x KW x C, overwritten.</param>
/// <param name="Window">The forward window.</param>
public sealed record Conv2DBackwardWeightsCall(TensorView Input, TensorView OutputGradient, TensorView KernelGradient, Window2D Window)
    : KernelCall
{
    /// <inheritdoc/>
    public override long Macs => OutputGradient.Shape.Count * Window.KernelArea * Input.Shape[3];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input, OutputGradient];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [KernelGradient];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
