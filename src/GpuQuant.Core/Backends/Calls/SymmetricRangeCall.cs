namespace GpuQuant.Backends;

/// <summary>
/// The scales that bring each channel's weights into [-maximum, maximum]: greatest magnitude / maximum, or 1 where that is below the
/// least normal float32; and zero points of 0, as <see cref="FakeQuantizeForwardCall"/> takes them.
/// </summary>
/// <param name="Input">The weights, output channels first, float32.</param>
/// <param name="Scales">Written; one per output channel, or one for all.</param>
/// <param name="ZeroPoints">As many, int32, written.</param>
/// <param name="Maximum">The greatest integer, such as 127.</param>
/// <example>Weights [[0.5, -1.27], [0, 0]], maximum 127: scales [0.01, 1].</example>
public sealed record SymmetricRangeCall(TensorView Input, TensorView Scales, TensorView ZeroPoints, int Maximum) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Scales, ZeroPoints];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
