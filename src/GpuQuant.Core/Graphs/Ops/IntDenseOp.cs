using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>The integer form of a dense layer. Parameters as of <see cref="IntConv2DOp"/>; the kernel is (out, in).</summary>
/// <param name="Units">Outputs.</param>
/// <param name="Output">The integer side.</param>
public sealed record IntDenseOp(int Units, IntegerOutput Output) : Op
{
    /// <inheritdoc/>
    protected internal override string Stem => "dense";

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        var input = ExpectIntegers(inputs, 1);
        return new(input.Type, new Shape(Units));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(IReadOnlyList<TensorType> inputs) =>
        Output.Parameters(new Shape(Units, inputs[0].Shape[0]), inputs[0].Type);

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass)
    {
        if (pass.Arithmetic == Arithmetic.Native)
            Output.Compute(pass, (output, requantization) => new IntGemmCall(pass.Input(), pass.Parameter("kernel"),
                pass.Parameter("bias"), output, Output.InputZeroPoint, null, requantization)
            { AccumulatorBits = Output.AccumulatorBits });
        else
            Output.Simulate(pass, (x, kernel, sums) => new GemmCall(x, kernel, null, sums, TransposeB: true));
    }
}
