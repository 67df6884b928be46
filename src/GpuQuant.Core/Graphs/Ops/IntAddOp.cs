using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>The integer form of an addition, TFLite's. Integers already, its simulation is itself.</summary>
/// <param name="Factors">What the kernel needs.</param>
/// <param name="LeftScale">The left summand's step; kernels need only the factors, exports and analyses the scales.</param>
/// <param name="RightScale">The right summand's step.</param>
/// <param name="OutputScale">The output's step.</param>
public sealed record IntAddOp(IntAddFactors Factors, float LeftScale, float RightScale, float OutputScale) : Op
{
    /// <inheritdoc/>
    protected internal override string Stem => "add";

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        ExpectInputs(inputs, 2);
        return inputs[0] == inputs[1] && inputs[0].Type is DType.Int8 or DType.Int16
            ? inputs[0]
            : throw new UsageException($"takes two {DType.Int8} or {DType.Int16} inputs of one shape, got {inputs[0]} and {inputs[1]}");
    }

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass) => pass.Emit(new IntAddCall(pass.Input(0), pass.Input(1), pass.Output, Factors));
}
