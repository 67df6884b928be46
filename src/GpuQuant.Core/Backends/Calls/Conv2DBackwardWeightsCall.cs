namespace GpuQuant.Backends;

/// <summary>
/// The gradients of a convolution with respect to its kernel and its bias, summed over the batch and all output pixels in a fixed order.
/// </summary>
/// <param name="Input">N x H x W x C.</param>
/// <param name="OutputGradient">N x OH x OW x Out.</param>
/// <param name="KernelGradient">Out x KH x KW x C, overwritten.</param>
/// <param name="Window">The forward window.</param>
/// <param name="BiasGradient">Out values, overwritten with the sums of the output gradient over all pixels; or null.</param>
public sealed record Conv2DBackwardWeightsCall(TensorView Input, TensorView OutputGradient, TensorView KernelGradient, Window2D Window,
    TensorView? BiasGradient = null) : KernelCall
{
    /// <inheritdoc/>
    public override long Macs => OutputGradient.Shape.Count * Window.KernelArea * Input.Shape[3];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input, OutputGradient];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => Present(KernelGradient, BiasGradient);

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
