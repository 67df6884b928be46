namespace GpuQuant.Backends;

/// <summary>
/// Moves a fake-quantizer's range towards a batch's, and gives the asymmetric scale and zero point of the range: an exponential moving
/// average of least and greatest value as in TensorFlow Model Optimization's <c>MovingAverageQuantizer</c>, but for the start: where
/// both ends are 0, no batch was seen yet, and the first one sets the range.
/// </summary>
/// <param name="BatchRange">[2]: the batch's least and greatest value; null leaves the range alone: evaluation.</param>
/// <param name="Range">[2], becomes momentum * old + (1 - momentum) * batch, the batch's widened to hold 0.</param>
/// <param name="Scale">[1], written: (high - low) / (maximum - minimum); 1 without a range.</param>
/// <param name="ZeroPoint">[1], int32, written: the integer that stands for 0; 0 without a range.</param>
/// <param name="Momentum">How much of the old range stays.</param>
/// <param name="Minimum">The least integer.</param>
/// <param name="Maximum">The greatest integer.</param>
/// <param name="IsSymmetric">
/// Whether the zero point is 0: then the scale is max(high / maximum, low / minimum), or high / maximum where no integer is negative.
/// </param>
/// <example>
/// Range [0, 0], batch [0.5, 2.55], integers -128..127: range [0, 2.55], scale 0.01, zero point -128. Then, with momentum 0.9, batch
/// [0, 5.1]: range [0, 2.805], scale 0.011.
/// </example>
public sealed record RangeUpdateCall(
    TensorView? BatchRange, TensorView Range, TensorView Scale, TensorView ZeroPoint, float Momentum, int Minimum, int Maximum,
    bool IsSymmetric = false) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => Present(BatchRange, Range);

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => BatchRange is null ? [Scale, ZeroPoint] : [Range, Scale, ZeroPoint];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
