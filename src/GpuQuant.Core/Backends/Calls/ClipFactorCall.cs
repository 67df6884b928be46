namespace GpuQuant.Backends;

/// <summary>
/// factor = min(1, limit / (norm + 1e-6)), where norm is the root of the sum of all squares: what brings values down to a norm of at most
/// the limit, as PyTorch's <c>clip_grad_norm_</c>. Float32; the sum is taken in a fixed order.
/// </summary>
/// <param name="Values">The values.</param>
/// <param name="Factor">One value, written.</param>
/// <param name="Limit">The greatest norm that stays as it is, above 0.</param>
/// <example>[3, 4] has the norm 5: the limit 1 gives 0.2, the limit 10 gives 1.</example>
public sealed record ClipFactorCall(TensorView Values, TensorView Factor, float Limit) : KernelCall
{
    /// <summary>Added to the norm.</summary>
    public const float Epsilon = 1e-6f;

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Values];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Factor];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
