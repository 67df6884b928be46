namespace GpuQuant.Backends;

/// <summary>
/// Pooling of int8 or int16 images, each channel on its own, input and output with the same scale and zero point: the maximum, or the mean
/// over the positions inside the image, rounded half away from zero (TFLite).
/// </summary>
/// <param name="Kind">Maximum or average.</param>
/// <param name="Input">N x H x W x C, int8 or int16.</param>
/// <param name="Output">N x OH x OW x C, of the same type.</param>
/// <param name="Window">How the window slides.</param>
public sealed record IntPool2DCall(PoolKind Kind, TensorView Input, TensorView Output, Window2D Window) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
