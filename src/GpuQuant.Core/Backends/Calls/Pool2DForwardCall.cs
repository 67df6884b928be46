namespace GpuQuant.Backends;

/// <summary>What pooling takes from its window.</summary>
public enum PoolKind
{
    /// <summary>The greatest value.</summary>
    Max,
    /// <summary>The mean over the positions inside the image (padding does not count, as in TensorFlow).</summary>
    Average,
}

/// <summary>Pooling over two-dimensional windows, each channel on its own, float32.</summary>
/// <param name="Kind">Maximum or average.</param>
/// <param name="Input">N x H x W x C.</param>
/// <param name="Output">N x OH x OW x C.</param>
/// <param name="Window">How the window slides.</param>
public sealed record Pool2DForwardCall(PoolKind Kind, TensorView Input, TensorView Output, Window2D Window) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
