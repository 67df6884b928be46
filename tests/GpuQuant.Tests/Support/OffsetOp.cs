using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Tests.Support;

/// <summary>
/// Adds a trainable value to every element of every sample of the batch: the gradient of parameter <c>offset</c> is the gradient of
/// whatever layer comes after with respect to its input.
/// </summary>
internal sealed record OffsetOp(int Batch) : Op
{
    protected internal override string Stem => "offset";

    public override TensorType Infer(IReadOnlyList<TensorType> inputs) => inputs[0];

    public override IReadOnlyList<ParameterSpec> Parameters(IReadOnlyList<TensorType> inputs) =>
        [new("offset", DType.Float32, inputs[0].Shape.Prepend(Batch), Initializer.Constant(0))];

    public override void Forward(ForwardPass pass) =>
        pass.Emit(new BinaryCall(BinaryKind.Add, pass.Input(), pass.Parameter("offset"), pass.Output));

    public override void Backward(BackwardPass pass)
    {
        pass.Emit(new CopyCall(pass.OutputGradient, pass.ParameterGradient("offset")));
        if (pass.NeedsInputGradient())
            pass.AliasInputGradient(0, pass.OutputGradient);
    }
}
