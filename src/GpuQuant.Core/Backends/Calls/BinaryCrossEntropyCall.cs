namespace GpuQuant.Backends;

/// <summary>
/// Binary cross-entropy of sigmoids with its gradient in one pass, from the logits z so that nothing overflows or is cut off, float32:
/// loss = mean over the C outputs of max(z, 0) - t z + ln(1 + e^-|z|), dz = (sigmoid(z) - t) / (C rows).
/// </summary>
/// <param name="Logits">Rows x C, before the sigmoid.</param>
/// <param name="Targets">Rows x C, each from 0 to 1.</param>
/// <param name="Statistics">
/// Rows x 2: the row's loss, and 1 where the first greatest logit stands where the first greatest target stands, else 0.
/// </param>
/// <param name="LogitsGradient">Rows x C, the gradient of the mean loss, overwritten.</param>
/// <example>Logits [0, 0], targets [1, 0]: loss 0.693, gradient [-0.25, 0.25] for one row, correct 1.</example>
public sealed record BinaryCrossEntropyCall(TensorView Logits, TensorView Targets, TensorView Statistics, TensorView LogitsGradient)
    : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Logits, Targets];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Statistics, LogitsGradient];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
