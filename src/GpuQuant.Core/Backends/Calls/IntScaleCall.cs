namespace GpuQuant.Backends;

/// <summary>
/// Integer scaling per channel, a batch normalization that no convolution before it can take up: acc = w (x - zero point) + bias in
/// int32, requantized to int8 or uint8 with the channel's factor.
/// </summary>
/// <param name="Input">Rows x C, int8, or int16 with the zero point 0: then the bias has 64 bits and the output is int16.</param>
/// <param name="Kernel">C values, int8: a convolution's kernel that is one pixel wide and stays within the channel.</param>
/// <param name="Bias">C values, int32 or int64.</param>
/// <param name="Output">Like the input; of int8 also uint8.</param>
/// <param name="ZeroPoint">The zero point of the input.</param>
/// <param name="Requantization">How accumulators become outputs.</param>
/// <example>x = 5, zero point 3, w = -127, bias 60: the accumulator is -194; with the factor 1/2, the output is -97.</example>
public sealed record IntScaleCall(
    TensorView Input, TensorView Kernel, TensorView Bias, TensorView Output, int ZeroPoint, Requantization Requantization) : KernelCall
{
    /// <inheritdoc/>
    public override long Macs => Output.Shape.Count;

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input, Kernel, Bias, Requantization.Multipliers, Requantization.Shifts];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
