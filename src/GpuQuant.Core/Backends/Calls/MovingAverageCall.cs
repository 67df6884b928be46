namespace GpuQuant.Backends;

/// <summary>
/// average = (1 - share) average + share source, float32: an exponential moving average with a fixed share, and a plain mean where the
/// n-th source has the share 1 / n. With a share of 1 the average becomes the source, bit for bit.
/// </summary>
/// <param name="Source">The new values.</param>
/// <param name="Average">As many values, changed in place.</param>
/// <param name="Share">One value on the device, 0 to 1, set before each run.</param>
/// <example>An average of [1, 2], sources [2, 4] and the share 0.25 give [1.25, 2.5].</example>
public sealed record MovingAverageCall(TensorView Source, TensorView Average, TensorView Share) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Source, Average, Share];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Average];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
