namespace GpuQuant.Backends;

/// <summary>Sums over rows: output[c] = (accumulate ? output[c] : 0) + sum over r of input[r, c], float32, in a fixed order.</summary>
/// <param name="Input">Rows x C: the last dimension is kept, all others are summed over.</param>
/// <param name="Output">C values.</param>
/// <param name="Accumulate">Whether the sum is added to what the output holds.</param>
/// <example>[[1, 2], [3, 4]] gives [4, 6].</example>
public sealed record ReduceRowsCall(TensorView Input, TensorView Output, bool Accumulate = false) : KernelCall
{
    /// <summary>The number of values kept.</summary>
    public int Columns => Output.Count;

    /// <summary>The number of rows summed.</summary>
    public int Rows => Input.Count / Columns;

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => Accumulate ? [Input, Output] : [Input];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
