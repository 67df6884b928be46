using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>A dense layer with int8 weights in a float model, as <see cref="DynamicConv2DOp"/>; the kernel is (out, in).</summary>
/// <param name="Units">Outputs.</param>
/// <param name="Weights">The integer side.</param>
public sealed record DynamicDenseOp(int Units, DynamicWeights Weights) : Op
{
    /// <inheritdoc/>
    protected internal override string Stem => "dense";

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        Expect(inputs, DType.Float32, 1);
        return new(DType.Float32, new Shape(Units));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(IReadOnlyList<TensorType> inputs) =>
        Weights.Parameters(new Shape(Units, inputs[0].Shape[0]));

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass) => Weights.Emit(pass,
        (x, zeroPoints, sums) => new IntGemmCall(x, pass.Parameter("kernel"), null, sums, 0, zeroPoints),
        (x, kernel, sums) => new GemmCall(x, kernel, null, sums, TransposeB: true));
}
