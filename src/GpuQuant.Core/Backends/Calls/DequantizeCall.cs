namespace GpuQuant.Backends;

/// <summary>x = (q - zero point) scale: int8 or uint8 to float32. With scale 1 it gives the integer itself, as a float.</summary>
public sealed record DequantizeCall(TensorView Input, TensorView Output, float Scale, int ZeroPoint) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
