using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// The integer form of a batch normalization that no layer before it can take up: a factor and a bias per channel. Parameters as of
/// <see cref="IntConv2DOp"/>; the kernel has one number per channel. Its sums are one product each, so its simulation is itself.
/// </summary>
/// <param name="Output">The integer side.</param>
public sealed record IntScaleOp(IntegerOutput Output) : Op
{
    /// <inheritdoc/>
    protected internal override string Stem => "scale";

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs) => ExpectIntegers(inputs);

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(IReadOnlyList<TensorType> inputs) =>
        Output.Parameters(new Shape(inputs[0].Shape[^1]), inputs[0].Type);

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass) => pass.Emit(new IntScaleCall(
        pass.Input(), pass.Parameter("kernel"), pass.Parameter("bias"), pass.Output, Output.InputZeroPoint, Output.Requantization(pass)));
}
