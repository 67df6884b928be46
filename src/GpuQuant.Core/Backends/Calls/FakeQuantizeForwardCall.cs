namespace GpuQuant.Backends;

/// <summary>
/// Quantize and dequantize in float: y = (clamp(round(x / s) + z, min, max) - z) s, rounding half away from zero. Scale and zero point
/// are per tensor or per channel; element i belongs to channel (i / <paramref name="Inner"/>) mod channels.
/// </summary>
/// <param name="Input">Any shape, float32.</param>
/// <param name="Scales">One positive value per channel, float32.</param>
/// <param name="ZeroPoints">As many integers, int32.</param>
/// <param name="Output">Like the input.</param>
/// <param name="Inner">Elements that follow each other in one channel: Count / C for kernels (channel first), 1 for channels last.</param>
/// <param name="Minimum">The least integer.</param>
/// <param name="Maximum">The greatest integer.</param>
/// <example>Scale 0.5, zero point 0, range -4..3: 0.8 becomes 1.0; 9 becomes 1.5.</example>
public sealed record FakeQuantizeForwardCall(
    TensorView Input, TensorView Scales, TensorView ZeroPoints, TensorView Output, int Inner, int Minimum, int Maximum) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input, Scales, ZeroPoints];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
