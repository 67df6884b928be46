using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>Probabilities from logits.</summary>
public sealed record SoftmaxOp : Op
{
    /// <inheritdoc/>
    protected internal override string Stem => "softmax";

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs) => new(DType.Float32, Expect(inputs, DType.Float32, 1));

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass) => pass.Emit(new SoftmaxCall(pass.Input(), pass.Output));

    /// <inheritdoc/>
    public override void Backward(BackwardPass pass) =>
        pass.Emit(new SoftmaxBackwardCall(pass.Output, pass.OutputGradient, pass.InputGradient()));
}
