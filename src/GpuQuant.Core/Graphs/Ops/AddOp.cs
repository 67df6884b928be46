using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>The sum of two values of one shape.</summary>
public sealed record AddOp : Op
{
    /// <inheritdoc/>
    protected internal override string Stem => "add";

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        ExpectInputs(inputs, 2);
        return inputs[0] == inputs[1] && inputs[0].Type == DType.Float32
            ? inputs[0]
            : throw new UsageException($"takes two {DType.Float32} inputs of one shape, got {inputs[0]} and {inputs[1]}");
    }

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass) =>
        pass.Emit(new BinaryCall(BinaryKind.Add, pass.Input(0), pass.Input(1), pass.Output));

    /// <inheritdoc/>
    public override void Backward(BackwardPass pass)
    {
        pass.AliasInputGradient(0, pass.OutputGradient);
        pass.AliasInputGradient(1, pass.OutputGradient);
    }
}
