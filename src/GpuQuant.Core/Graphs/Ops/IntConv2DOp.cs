using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// The integer form of a convolution. Parameters: <c>kernel</c> int8 (out, ky, kx, in), <c>bias</c> int32 (int64 for
/// int16 activations), <c>weight_scales</c>, and
/// per channel the factor of the requantization as <c>multipliers</c> and <c>shifts</c>.
/// </summary>
/// <param name="Channels">Output channels.</param>
/// <param name="Kernel">Rows and columns of the kernel.</param>
/// <param name="Stride">Pixels between outputs.</param>
/// <param name="Padding">How the border is treated.</param>
/// <param name="Output">The integer side.</param>
public sealed record IntConv2DOp(int Channels, int Kernel, int Stride, Padding Padding, IntegerOutput Output) : Op
{
    /// <inheritdoc/>
    protected internal override string Stem => "conv";

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        var input = ExpectIntegers(inputs, 3);
        var window = Windows.Of(Padding, input.Shape, Kernel, Stride);
        return new(input.Type, new Shape(window.OutHeight, window.OutWidth, Channels));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(IReadOnlyList<TensorType> inputs) =>
        Output.Parameters(new Shape(Channels, Kernel, Kernel, inputs[0].Shape[2]), inputs[0].Type);

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass)
    {
        var window = Windows.Of(Padding, pass.Node.Inputs[0].Output.Shape, Kernel, Stride);
        if (pass.Arithmetic == Arithmetic.Native)
            Output.Compute(pass, (output, requantization) => new IntConv2DCall(pass.Input(), pass.Parameter("kernel"),
                pass.Parameter("bias"), output, window, Output.InputZeroPoint, null, requantization)
            { AccumulatorBits = Output.AccumulatorBits });
        else
            Output.Simulate(pass, (x, kernel, sums) => new Conv2DForwardCall(x, kernel, null, sums, window));
    }
}
