namespace GpuQuant.Backends;

/// <summary>x = (q - zero point) scale: int8, uint8 or int16 to float32. With scale 1 it gives the integer itself, as a float.</summary>
/// <param name="Input">Any shape, int8, uint8 or int16; the first dimension counts the items.</param>
/// <param name="Output">Like the input, float32.</param>
/// <param name="Scale">The step.</param>
/// <param name="ZeroPoint">The integer that stands for 0.</param>
/// <param name="ItemZeroPoints">A zero point per item (int32) in place of <paramref name="ZeroPoint"/>, or null.</param>
/// <example>Scale 0.5, zero point 10: 13 becomes 1.5.</example>
public sealed record DequantizeCall(
    TensorView Input, TensorView Output, float Scale, int ZeroPoint, TensorView? ItemZeroPoints = null) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => Present(Input, ItemZeroPoints);

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
