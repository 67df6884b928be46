namespace GpuQuant.Backends;

/// <summary>
/// The gradient of a table from that of the rows taken from it, float32: table gradient[w] = sum over all i with tokens[i] = w of output
/// gradient[i], in the order of i; 0 for words that do not occur.
/// </summary>
/// <param name="Tokens">int32, any shape; a number outside the table counts for none.</param>
/// <param name="OutputGradient">The tokens' shape x width.</param>
/// <param name="TableGradient">Words x width, overwritten.</param>
/// <example>Tokens [2, 0, 2] with gradients [[1], [2], [3]] and three words give [[2], [0], [4]].</example>
public sealed record EmbeddingBackwardCall(TensorView Tokens, TensorView OutputGradient, TensorView TableGradient) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Tokens, OutputGradient];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [TableGradient];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
