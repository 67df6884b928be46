namespace GpuQuant.Backends;

/// <summary>
/// Integer convolution: acc = sum of (x - zero point) w over the window in int32, exactly (positions outside the image add nothing),
/// then requantized to int8 or uint8, or given as it is.
/// </summary>
/// <param name="Input">N x H x W x C, int8; or int16, zero point 0: then bias and sums have 64 bits and the output is int16.</param>
/// <param name="Kernel">Out x KH x KW x C, int8.</param>
/// <param name="Bias">Out values, int32, or null.</param>
/// <param name="Output">N x OH x OW x Out: int8 or uint8 with <paramref name="Requantization"/>, int32 without.</param>
/// <param name="Window">How the kernel slides.</param>
/// <param name="ZeroPoint">The zero point of the input.</param>
/// <param name="RowZeroPoints">A zero point per image (N values, int32) in place of <paramref name="ZeroPoint"/>, or null.</param>
/// <param name="Requantization">How accumulators become outputs, or null for int32.</param>
public sealed record IntConv2DCall(
    TensorView Input, TensorView Kernel, TensorView? Bias, TensorView Output, Window2D Window, int ZeroPoint,
    TensorView? RowZeroPoints = null, Requantization? Requantization = null) : KernelCall
{
    /// <summary>For int16: 32 if planning knows that no sum leaves 32 bits, which devices may make use of.</summary>
    public int AccumulatorBits { get; init; } = 64;

    /// <inheritdoc/>
    public override TensorView? Weights => Kernel;

    /// <inheritdoc/>
    public override long Macs => Output.Shape.Count * Window.KernelArea * Input.Shape[3];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads =>
        Present(Input, Kernel, Bias, RowZeroPoints, Requantization?.Multipliers, Requantization?.Shifts);

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
