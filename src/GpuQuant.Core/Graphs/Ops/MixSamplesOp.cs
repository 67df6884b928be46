using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// Mixes the samples of a batch inside a net in training: output[n] = sum over m of mixing[n, m] input[m], where the matrix is set before
/// each step (<see cref="GraphProgram.Mixing"/>). Its gradient goes back through the transposed matrix. In evaluation nothing happens.
/// </summary>
/// <example>Samples [1, 0] and [0, 1] with the rows 0.75, 0.25 and 0, 1: [0.75, 0.25] and [0, 1].</example>
public sealed record MixSamplesOp : Op
{
    /// <inheritdoc/>
    protected internal override string Stem => "mixing";

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs) => new(DType.Float32, Expect(inputs, DType.Float32));

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass)
    {
        if (pass.IsTraining)
            pass.Emit(new GemmCall(pass.Mixing, Rows(pass.Input()), null, Rows(pass.Output)));
        else
            pass.AliasOutput(pass.Input());
    }

    /// <inheritdoc/>
    public override void Backward(BackwardPass pass)
    {
        if (pass.IsTraining)
            pass.Emit(new GemmCall(pass.Mixing, Rows(pass.OutputGradient), null, Rows(pass.InputGradient()), TransposeA: true));
        else
            pass.AliasInputGradient(0, pass.OutputGradient);
    }

    private static TensorView Rows(TensorView batch) => batch.Reshape(new Shape(batch.Shape[0], batch.Count / batch.Shape[0]));
}
