namespace GpuQuant.Backends;

/// <summary>
/// Uniform draws from -1 to below 1, float32, the same bits on every device: element i of a sample is (w / 256) 2^-23 - 1, the division
/// without rest, where w is word i % 4 of Philox 4x32-10 with the seed as key and the counter (i / 4, sample, epoch, purpose).
/// </summary>
/// <param name="Output">Batch first.</param>
/// <param name="Position">int32, 3 + batch, as <see cref="DropoutCall.Position"/>.</param>
/// <param name="Purpose">The last word of the counter.</param>
/// <example>The word 0xC0000000 gives 0.5.</example>
public sealed record UniformCall(TensorView Output, TensorView Position, Numerics.RandomPurpose Purpose) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Position];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
