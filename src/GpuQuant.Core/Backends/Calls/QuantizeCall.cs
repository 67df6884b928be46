namespace GpuQuant.Backends;

/// <summary>How a quotient becomes an integer.</summary>
public enum Rounding
{
    /// <summary>To the nearest, halves away from zero (TFLite).</summary>
    HalfAway,
    /// <summary>To the nearest, halves to even (ONNX).</summary>
    HalfEven,
    /// <summary>
    /// Towards zero after the zero point was added, as a C cast does, and the low byte kept: what the study's harness did to its
    /// inputs. Out of range, it wraps around. For int8 the cast is made on the unsigned form, zero point + 128, and 128 taken off after.
    /// </summary>
    TruncateAndWrap,
}

/// <summary>q = clamp(round(x / scale) + zero point): float32 to int8, uint8 or int16, clamped to the output type's range.</summary>
/// <param name="Input">Any shape, float32.</param>
/// <param name="Output">Like the input, int8, uint8 or int16; only the first two can wrap around.</param>
/// <param name="Scale">The step, positive.</param>
/// <param name="ZeroPoint">The integer that stands for 0.</param>
/// <param name="Rounding">How to round.</param>
/// <example>Scale 0.5, zero point 10: 1.25 becomes 13 (2.5 away from zero), 12 with half to even.</example>
public sealed record QuantizeCall(TensorView Input, TensorView Output, float Scale, int ZeroPoint, Rounding Rounding = Rounding.HalfAway)
    : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
