namespace GpuQuant.Backends;

/// <summary>
/// What batch normalization with the running statistics does to a channel, as one factor and one summand, for a convolution to apply to
/// its output: scale = gamma / sqrt(variance + epsilon), shift = beta - mean * scale.
/// </summary>
/// <param name="Gamma">C factors.</param>
/// <param name="Beta">C offsets.</param>
/// <param name="Mean">C running means.</param>
/// <param name="Variance">C running variances.</param>
/// <param name="Scale">C values, overwritten.</param>
/// <param name="Shift">C values, overwritten.</param>
/// <param name="Epsilon">As in training.</param>
/// <example>gamma 2, beta 1, mean 3, variance 4, epsilon 0: scale 1, shift -2.</example>
public sealed record BatchNormAffineCall(
    TensorView Gamma, TensorView Beta, TensorView Mean, TensorView Variance, TensorView Scale, TensorView Shift, float Epsilon) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Gamma, Beta, Mean, Variance];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Scale, Shift];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
