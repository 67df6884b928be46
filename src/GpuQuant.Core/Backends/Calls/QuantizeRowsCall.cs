namespace GpuQuant.Backends;

/// <summary>
/// Quantizes every row with a range of its own, as TFLite's dynamic-range kernels do (AsymmetricQuantizeFloats), but in float32 and rounded before
/// the zero point is added, so that every device can give the same integers: with lo and
/// hi the row's least and greatest value, widened to hold 0, scale = (hi - lo) / 255; the zero point is -128 - lo / scale where |lo| is
/// below |hi|, else 127 - hi / scale, rounded and clamped to -128..127; q = clamp(round(x * (1 / scale)) + zero point). All roundings
/// are half away from zero. A row of zeros gets scale 1, zero point 0.
/// </summary>
/// <param name="Input">Rows x anything, float32.</param>
/// <param name="Output">Like the input, int8.</param>
/// <param name="Scales">One float32 per row.</param>
/// <param name="ZeroPoints">One int32 per row.</param>
public sealed record QuantizeRowsCall(TensorView Input, TensorView Output, TensorView Scales, TensorView ZeroPoints) : KernelCall
{
    /// <summary>The number of rows.</summary>
    public int Rows => Scales.Count;

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output, Scales, ZeroPoints];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
