using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// The integer form of an embedding: rows of an int8 table, with no arithmetic; the output's integers are the table's. Parameter:
/// <c>table</c> int8 (words, width). Integers already, its simulation is itself.
/// </summary>
/// <param name="Words">The numbers 0 to words - 1 occur.</param>
/// <param name="Width">The length of a vector.</param>
/// <param name="Scale">The table's step; the kernel needs none, analyses do.</param>
/// <param name="ZeroPoint">Its zero point.</param>
public sealed record IntEmbeddingOp(int Words, int Width, float Scale, int ZeroPoint) : Op
{
    private const string Table = "table";

    /// <inheritdoc/>
    protected internal override string Stem => "embedding";

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs) =>
        new(DType.Int8, new Shape(Expect(inputs, DType.Int32, 1)[0], Width));

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(IReadOnlyList<TensorType> inputs) =>
        [new(Table, DType.Int8, new Shape(Words, Width), null, Trainable: false)];

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass) => pass.Emit(new EmbeddingCall(pass.Input(), pass.Parameter(Table), pass.Output));
}
