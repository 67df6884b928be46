namespace GpuQuant.Backends;

/// <summary>output[r, c] = e^(input[r, c] - max) / sum over the row, float32, rows x C.</summary>
/// <example>[0, ln 3] gives [0.25, 0.75].</example>
public sealed record SoftmaxCall(TensorView Input, TensorView Output) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
