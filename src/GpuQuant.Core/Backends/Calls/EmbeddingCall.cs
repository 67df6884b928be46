namespace GpuQuant.Backends;

/// <summary>Rows of a table by number: output[i] = table[tokens[i]], float32 or int8.</summary>
/// <param name="Tokens">int32, any shape.</param>
/// <param name="Table">Words x width.</param>
/// <param name="Output">The tokens' shape x width. A number outside the table gives NaN, so that it cannot go unnoticed; in int8, which has none, 0.</param>
/// <example>Tokens [2, 0] of the table [[1, 2], [3, 4], [5, 6]] give [[5, 6], [1, 2]].</example>
public sealed record EmbeddingCall(TensorView Tokens, TensorView Table, TensorView Output) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Tokens, Table];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
