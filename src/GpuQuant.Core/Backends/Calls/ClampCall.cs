namespace GpuQuant.Backends;

/// <summary>target = min(max(target, -limit), limit), float32; NaN stays NaN.</summary>
/// <param name="Target">Changed in place.</param>
/// <param name="Limit">The greatest magnitude that stays as it is, above 0.</param>
/// <example>[0.5, -3, 2] with the limit 1 becomes [0.5, -1, 1].</example>
public sealed record ClampCall(TensorView Target, float Limit) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Target];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Target];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
