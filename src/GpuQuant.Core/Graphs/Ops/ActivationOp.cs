using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>An element-wise activation as a layer of its own.</summary>
/// <param name="Activation">The function.</param>
public sealed record ActivationOp(Activation Activation) : Op
{
    /// <inheritdoc/>
    protected internal override string Stem => Activation.ToString().ToLowerInvariant();

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs) => new(DType.Float32, Expect(inputs, DType.Float32));

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass) => pass.Emit(new ActivationForwardCall(Activation, pass.Input(), pass.Output));

    /// <inheritdoc/>
    public override void Backward(BackwardPass pass) =>
        pass.Emit(new ActivationBackwardCall(Activation, pass.Output, pass.OutputGradient, pass.InputGradient()));
}
