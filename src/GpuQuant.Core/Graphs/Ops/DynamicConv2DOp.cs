using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// A convolution with int8 weights in a float model: every sample's input is quantized on the fly with a range of its own
/// (dynamic-range quantization). Parameters: <c>kernel</c> int8, <c>scales</c> float32 per channel, <c>bias</c> float32.
/// </summary>
/// <param name="Channels">Output channels.</param>
/// <param name="Kernel">Rows and columns of the kernel.</param>
/// <param name="Stride">Pixels between outputs.</param>
/// <param name="Padding">How the border is treated.</param>
/// <param name="Weights">The integer side.</param>
public sealed record DynamicConv2DOp(int Channels, int Kernel, int Stride, Padding Padding, DynamicWeights Weights) : Op
{
    /// <inheritdoc/>
    protected internal override string Stem => "conv";

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        var window = Windows.Of(Padding, Expect(inputs, DType.Float32, 3), Kernel, Stride);
        return new(DType.Float32, new Shape(window.OutHeight, window.OutWidth, Channels));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(IReadOnlyList<TensorType> inputs) =>
        Weights.Parameters(new Shape(Channels, Kernel, Kernel, inputs[0].Shape[2]));

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass)
    {
        var window = Windows.Of(Padding, pass.Node.Inputs[0].Output.Shape, Kernel, Stride);
        Weights.Emit(pass,
            (x, zeroPoints, sums) => new IntConv2DCall(x, pass.Parameter("kernel"), null, sums, window, 0, zeroPoints),
            (x, kernel, sums) => new Conv2DForwardCall(x, kernel, null, sums, window));
    }
}
