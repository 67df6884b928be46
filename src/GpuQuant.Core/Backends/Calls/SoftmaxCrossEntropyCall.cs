namespace GpuQuant.Backends;

/// <summary>
/// Softmax cross-entropy with its gradient in one pass, float32: loss = -sum t ln softmax(z), dz = (softmax(z) sum t - t) / rows.
/// </summary>
/// <param name="Logits">Rows x C.</param>
/// <param name="Targets">Rows x C, each row a distribution: one-hot labels, smoothed or mixed ones.</param>
/// <param name="Statistics">
/// Rows x 2: the row's loss, and 1 where the first greatest logit stands where the first greatest target stands, else 0.
/// </param>
/// <param name="LogitsGradient">Rows x C, the gradient of the mean loss, overwritten.</param>
/// <example>Logits [0, 0], target [1, 0]: loss 0.693, gradient [-0.5, 0.5] for one row, correct 1.</example>
public sealed record SoftmaxCrossEntropyCall(TensorView Logits, TensorView Targets, TensorView Statistics, TensorView LogitsGradient)
    : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Logits, Targets];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Statistics, LogitsGradient];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
