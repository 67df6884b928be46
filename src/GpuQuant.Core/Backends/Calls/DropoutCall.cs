using GpuQuant.Numerics;

namespace GpuQuant.Backends;

/// <summary>
/// Inverted dropout, float32: an element is kept and multiplied by 1 / (1 - rate), or becomes 0. Applied to the gradient of the output
/// it gives the gradient of the input. Whether element i of a sample is kept is a function of its position: Philox 4x32-10 with the
/// seed as key and the counter (i / 8, sample, epoch, purpose + 256 layer) gives 128 bits, whose 16-bit part i % 8 (lowest first) must
/// be at least round(65536 rate). So the mask does not depend on batch, device or threads, and no memory holds it.
/// </summary>
/// <param name="Input">Batch first.</param>
/// <param name="Position">int32, 3 + batch: the seed's low and high half, the epoch, then each sample's number in the data set.</param>
/// <param name="Output">Like the input; it may be the input itself.</param>
/// <param name="Layer">Tells the dropout layers of a net apart: 0, 1, ... below 2^24.</param>
/// <param name="Rate">From 0 to below 1.</param>
/// <example>Rate 0.25 drops where the 16 bits are below 16,384 and multiplies by 4/3 elsewhere.</example>
public sealed record DropoutCall(TensorView Input, TensorView Position, TensorView Output, int Layer, float Rate) : KernelCall
{
    /// <summary>What stands in the position before the samples' numbers: the seed's halves and the epoch.</summary>
    public const int PositionHeader = 3;

    /// <summary>The 16-bit values below this one drop.</summary>
    public int Threshold => Math.Min((int)Math.Round(Rate * 65536.0), 65535);

    /// <summary>What kept elements are multiplied by.</summary>
    public float Factor => 1 / (1 - Rate);

    /// <summary>What the draws are for.</summary>
    public RandomPurpose DrawsFor { get; init; } = RandomPurpose.Dropout;

    /// <summary>The last word of the counter.</summary>
    public uint Purpose => (uint)DrawsFor + ((uint)Layer << 8);

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input, Position];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
