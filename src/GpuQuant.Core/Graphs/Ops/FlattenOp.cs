using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>All elements of a sample in one dimension; the same bytes under another shape, for any element type.</summary>
public sealed record FlattenOp : Op
{
    /// <inheritdoc/>
    protected internal override string Stem => "flatten";

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        ExpectInputs(inputs, 1);
        return new(inputs[0].Type, new Shape(checked((int)inputs[0].Shape.Count)));
    }

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass) => pass.AliasOutput(pass.Input().Reshape(pass.Node.Output.Shape.Prepend(pass.Batch)));

    /// <inheritdoc/>
    public override void Backward(BackwardPass pass) => pass.AliasInputGradient(0, pass.OutputGradient.Reshape(pass.Input().Shape));
}
