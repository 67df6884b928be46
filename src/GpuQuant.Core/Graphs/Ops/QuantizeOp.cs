using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>Float values to int8 or int16: the entrance of an integer graph.</summary>
/// <param name="Scale">The step.</param>
/// <param name="ZeroPoint">The integer that stands for 0.</param>
/// <param name="Rounding">How to round.</param>
/// <param name="Bits">8 or 16.</param>
public sealed record QuantizeOp(float Scale, int ZeroPoint, Rounding Rounding, int Bits = 8) : Op
{
    /// <inheritdoc/>
    protected internal override string Stem => "quantize";

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs) =>
        new(Bits == 16 ? DType.Int16 : DType.Int8, Expect(inputs, DType.Float32));

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass) => pass.Emit(new QuantizeCall(pass.Input(), pass.Output, Scale, ZeroPoint, Rounding));
}
