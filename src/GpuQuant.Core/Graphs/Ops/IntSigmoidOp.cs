using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// The integer form of a sigmoid: int8 numbers to uint8 probabilities with scale 1/256, by a table of the 256 values as TFLite's LOGISTIC.
/// Parameter: <c>table</c> uint8, for -128 to 127. Integers already, its simulation is itself.
/// </summary>
public sealed record IntSigmoidOp : Op
{
    /// <summary>The numbers of int8.</summary>
    public const int TableLength = 256;

    /// <inheritdoc/>
    protected internal override string Stem => "sigmoid";

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs) => new(DType.UInt8, Expect(inputs, DType.Int8));

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(IReadOnlyList<TensorType> inputs) =>
        [new("table", DType.UInt8, new Shape(TableLength), null, Trainable: false)];

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass) => pass.Emit(new ByteTableCall(pass.Input(), pass.Parameter("table"), pass.Output));
}
