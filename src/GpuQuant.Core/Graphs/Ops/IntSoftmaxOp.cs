using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// The integer form of softmax: int8 logits to uint8 probabilities with scale 1/256. Parameter: <c>table</c>, 256 values e^(-scale d).
/// </summary>
public sealed record IntSoftmaxOp : Op
{
    /// <inheritdoc/>
    protected internal override string Stem => "softmax";

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs) => new(DType.UInt8, Expect(inputs, DType.Int8, 1));

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(IReadOnlyList<TensorType> inputs) =>
        [new("table", DType.Float32, new Shape(256), null, Trainable: false)];

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass) => pass.Emit(new IntSoftmaxCall(pass.Input(), pass.Parameter("table"), pass.Output));
}
