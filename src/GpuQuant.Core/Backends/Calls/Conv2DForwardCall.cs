namespace GpuQuant.Backends;

/// <summary>
/// Two-dimensional convolution (cross-correlation, as in every framework), float32, channels last, and what may follow it without another
/// pass over the output: activation((sum + bias) * scale + shift + residual).
/// </summary>
/// <param name="Input">N x H x W x C.</param>
/// <param name="Kernel">Out x KH x KW x C: the summed dimensions lie together.</param>
/// <param name="Bias">Out values, or null.</param>
/// <param name="Output">N x OH x OW x Out.</param>
/// <param name="Window">How the kernel slides.</param>
/// <param name="Activation">Applied to every output.</param>
public sealed record Conv2DForwardCall(
    TensorView Input, TensorView Kernel, TensorView? Bias, TensorView Output, Window2D Window, Activation Activation = Activation.None)
    : KernelCall
{
    /// <summary>A factor per output channel, such as a batch normalization's; null for 1.</summary>
    public TensorView? Scale { get; init; }

    /// <summary>A summand per output channel; null for 0.</summary>
    public TensorView? Shift { get; init; }

    /// <summary>Added before the activation, shaped like the output: the other branch of a residual block; null for none.</summary>
    public TensorView? Residual { get; init; }

    /// <summary>
    /// Where the output's moments go (4 x Out, over all pixels, as in <see cref="MomentsCall"/>), or null.
    /// </summary>
    public TensorView? Moments { get; init; }

    /// <inheritdoc/>
    public override TensorView? Weights => Kernel;

    /// <inheritdoc/>
    public override long Macs => Output.Shape.Count * Window.KernelArea * Input.Shape[3];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => Present(Input, Kernel, Bias, Scale, Shift, Residual);

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => Present(Output, Moments);

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
