namespace GpuQuant.Backends;

/// <summary>
/// Integer matrix product: acc[m, n] = sum over k of (a[m, k] - zero point) b[n, k] in int32, exactly, then requantized to int8 or uint8,
/// or given as it is.
/// </summary>
/// <param name="A">M x K, int8, or int16 with the zero point 0: then bias and sums have 64 bits and the output is int16.</param>
/// <param name="B">N x K, int8.</param>
/// <param name="Bias">N values, int32, or null.</param>
/// <param name="Output">M x N: int8 or uint8 with <paramref name="Requantization"/>, int32 without.</param>
/// <param name="ZeroPoint">The zero point of A.</param>
/// <param name="RowZeroPoints">A zero point per row of A (int32) in place of <paramref name="ZeroPoint"/>, or null.</param>
/// <param name="Requantization">How accumulators become outputs, or null for int32.</param>
public sealed record IntGemmCall(
    TensorView A, TensorView B, TensorView? Bias, TensorView Output, int ZeroPoint, TensorView? RowZeroPoints = null,
    Requantization? Requantization = null) : KernelCall
{
    /// <summary>For int16: 32 if planning knows that no sum leaves 32 bits, which devices may make use of.</summary>
    public int AccumulatorBits { get; init; } = 64;

    /// <inheritdoc/>
    public override TensorView? Weights => B;

    /// <inheritdoc/>
    public override long Macs => A.Shape.Count * B.Shape[0];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads =>
        Present(A, B, Bias, RowZeroPoints, Requantization?.Multipliers, Requantization?.Shifts);

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
