using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// A vector for each word number. Parameter: <c>table</c> (words, width), uniform in +-0.05 at first, as Keras's. Every number counts as a
/// word, the padding 0 too.
/// </summary>
/// <param name="Words">The numbers 0 to words - 1 occur.</param>
/// <param name="Width">The length of a vector.</param>
public sealed record EmbeddingOp(int Words, int Width) : Op
{
    private const float FirstLimit = 0.05f;
    private const string Table = "table";

    /// <summary>The embedding of a net for texts.</summary>
    /// <exception cref="UsageException">The net has none.</exception>
    public static Node Of(Graph graph) => graph.Nodes.FirstOrDefault(node => node.Op is EmbeddingOp && node.Inputs[0] == graph.Input)
        ?? throw new UsageException($"The net has no embedding, which gives words their meaning; it takes {graph.Input.Output}.");

    /// <summary>The full name of that embedding's table.</summary>
    /// <exception cref="UsageException">The net has no embedding.</exception>
    public static string TableOf(Graph graph) => $"{Of(graph).Name}/{Table}";

    /// <summary>How many words the embeddings of a net's input know, float or integer ones; without one, all numbers are fine.</summary>
    public static int WordsOf(Graph graph) => graph.Nodes.Where(node => node.Inputs.Contains(graph.Input)).Select(node => node.Op switch
    {
        EmbeddingOp op => op.Words,
        IntEmbeddingOp op => op.Words,
        _ => int.MaxValue,
    }).DefaultIfEmpty(int.MaxValue).Min();

    /// <inheritdoc/>
    protected internal override string Stem => "embedding";

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        if (Words < 1 || Width < 1)
            throw new UsageException($"takes at least one word and one value for each, got {Words} words of {Width} values");
        ExpectInputs(inputs, 1);
        return inputs[0].Type == DType.Int32 && inputs[0].Shape.Rank == 1
            ? new(DType.Float32, new Shape(inputs[0].Shape[0], Width))
            : throw new UsageException($"takes word numbers, {DType.Int32} of rank 1, got {inputs[0]}: a net for texts needs texts");
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(IReadOnlyList<TensorType> inputs) =>
        [new(Table, DType.Float32, new Shape(Words, Width), Initializer.Uniform(FirstLimit))];

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass) => pass.Emit(new EmbeddingCall(pass.Input(), pass.Parameter(Table), pass.Output));

    /// <inheritdoc/>
    public override void Backward(BackwardPass pass) =>
        pass.Emit(new EmbeddingBackwardCall(pass.Input(), pass.OutputGradient, pass.ParameterGradient(Table)));
}
