namespace GpuQuant.Backends;

/// <summary>The gradient of a convolution with respect to its input: every input pixel collects from the outputs that used it.</summary>
/// <param name="OutputGradient">N x OH x OW x Out.</param>
/// <param name="Kernel">Out x KH x KW x C.</param>
/// <param name="InputGradient">N x H x W x C, overwritten.</param>
/// <param name="Window">The forward window.</param>
public sealed record Conv2DBackwardDataCall(TensorView OutputGradient, TensorView Kernel, TensorView InputGradient, Window2D Window)
    : KernelCall
{
    /// <inheritdoc/>
    public override long Macs => OutputGradient.Shape.Count * Window.KernelArea * InputGradient.Shape[3];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [OutputGradient, Kernel];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [InputGradient];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
