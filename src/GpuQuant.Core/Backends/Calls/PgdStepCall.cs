namespace GpuQuant.Backends;

/// <summary>
/// One step of projected gradient descent (Madry et al. 2018) on a batch of samples, float32: along the gradient, back into the ball
/// around the origin, and into the range of pixels. L-infinity: x + step sign(g), each element at most <c>radius</c> from its origin.
/// L2, sample by sample: x + step g / |g|, and what is farther from the origin than <c>radius</c> comes back on a straight line.
/// Elements end in [low - mean, high - mean]. A gradient of zero, or one that is not a number, moves nothing.
/// </summary>
/// <param name="Gradient">The loss's gradient, like the samples.</param>
/// <param name="Origin">The samples as they were, batch first.</param>
/// <param name="Mean">What was subtracted from every sample's pixels, one value per element of a sample.</param>
/// <param name="Samples">The samples now; changed.</param>
/// <param name="Norm">The ball's shape.</param>
/// <param name="Step">How far a step leads; 0 only projects.</param>
/// <param name="Radius">The ball's radius.</param>
/// <param name="Low">The least pixel.</param>
/// <param name="High">The greatest pixel.</param>
/// <example>L-infinity, step 0.1, radius 0.15: x 0.6, origin 0.5, gradient 2 gives 0.65; with origin 0.95 and x 0.95 it gives 1.</example>
public sealed record PgdStepCall(
    TensorView Gradient, TensorView Origin, TensorView Mean, TensorView Samples, AttackNorm Norm, float Step, float Radius, float Low,
    float High) : KernelCall
{
    /// <summary>Elements of a sample.</summary>
    public int Length => Mean.Count;

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Gradient, Origin, Mean, Samples];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Samples];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
