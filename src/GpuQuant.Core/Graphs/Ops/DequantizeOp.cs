using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// int8 or int16 values back to float32, (q - zero point) * scale: where float layers follow integer ones, as in ONNX's QDQ form.
/// </summary>
/// <param name="Scale">The step.</param>
/// <param name="ZeroPoint">The integer that stands for 0.</param>
/// <example>Scale 0.5, zero point 10: 13 becomes 1.5.</example>
public sealed record DequantizeOp(float Scale, int ZeroPoint) : Op
{
    /// <inheritdoc/>
    protected internal override string Stem => "dequantize";

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs) => new(DType.Float32, ExpectIntegers(inputs).Shape);

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass) => pass.Emit(new DequantizeCall(pass.Input(), pass.Output, Scale, ZeroPoint));
}
