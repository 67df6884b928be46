namespace GpuQuant.Backends;

/// <summary>
/// Batch normalization in training (Ioffe and Szegedy 2015): y = activation(gamma (x - mean) / sqrt(variance + epsilon) + beta) per
/// channel, with the batch's own mean and (biased) variance, computed before (<see cref="MomentsCall"/>, or by the convolution that
/// made the input); moves the running statistics towards them as Keras does, whose fused kernel takes the unbiased variance
/// (sum of squares / (rows - 1)) for the running one.
/// </summary>
/// <param name="Input">Rows x C (any leading dimensions), float32; of longer rows the first C values are taken.</param>
/// <param name="Moments">4 x C, the batch's (<see cref="MomentsCall"/>).</param>
/// <param name="Gamma">C factors.</param>
/// <param name="Beta">C offsets.</param>
/// <param name="Output">Rows x C.</param>
/// <param name="Mean">C batch means, kept for the gradient.</param>
/// <param name="InverseDeviation">C values 1 / sqrt(variance + epsilon), kept for the gradient.</param>
/// <param name="RunningMean">C values, becomes momentum * old + (1 - momentum) * batch.</param>
/// <param name="RunningVariance">C values, likewise.</param>
/// <param name="Epsilon">Keras default 1e-3.</param>
/// <param name="Momentum">Keras default 0.99.</param>
/// <param name="Activation">Applied to every output.</param>
public sealed record BatchNormForwardCall(
    TensorView Input, TensorView Moments, TensorView Gamma, TensorView Beta, TensorView Output, TensorView Mean,
    TensorView InverseDeviation, TensorView RunningMean, TensorView RunningVariance, float Epsilon, float Momentum,
    Activation Activation = Activation.None) : KernelCall
{
    /// <summary>
    /// A fake-quantizer of the output, or null. The output's range needs no pass over the data: what is done to a channel is monotone,
    /// rounding included, so the extremes of x in the moments become those of y.
    /// </summary>
    public OutputQuantization? Quantization { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads =>
        Present(Input, Moments, Gamma, Beta, RunningMean, RunningVariance, Quantization?.Range);

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => Present(
        Output, Mean, InverseDeviation, RunningMean, RunningVariance, Quantization?.Range, Quantization?.Scale, Quantization?.ZeroPoint);

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
