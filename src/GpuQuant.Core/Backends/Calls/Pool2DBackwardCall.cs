namespace GpuQuant.Backends;

/// <summary>
/// The gradient of pooling: to the first maximum of each window (in row-major order), or in equal parts to the averaged positions.
/// Where windows overlap, an input adds up its windows' parts in row-major order.
/// </summary>
/// <param name="Kind">Maximum or average.</param>
/// <param name="Input">The forward input, N x H x W x C.</param>
/// <param name="Output">The forward output, N x OH x OW x C.</param>
/// <param name="OutputGradient">N x OH x OW x C.</param>
/// <param name="InputGradient">N x H x W x C, overwritten.</param>
/// <param name="Window">The forward window.</param>
public sealed record Pool2DBackwardCall(
    PoolKind Kind, TensorView Input, TensorView Output, TensorView OutputGradient, TensorView InputGradient, Window2D Window) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => Kind == PoolKind.Max ? [Input, Output, OutputGradient] : [OutputGradient];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [InputGradient];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
