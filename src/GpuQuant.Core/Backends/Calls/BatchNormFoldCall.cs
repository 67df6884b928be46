namespace GpuQuant.Backends;

/// <summary>
/// Puts a batch normalization into the convolution before it: with s = gamma / sqrt(variance + epsilon) per output channel, the kernel
/// becomes s times the kernel, and the bias beta + (bias - mean) s, float32.
/// </summary>
/// <param name="Kernel">Output channels first.</param>
/// <param name="Bias">C values.</param>
/// <param name="Gamma">C factors.</param>
/// <param name="Beta">C offsets.</param>
/// <param name="Mean">C means: a batch's or the running ones.</param>
/// <param name="Variance">C variances.</param>
/// <param name="FoldedKernel">Like the kernel, written.</param>
/// <param name="FoldedBias">C values, written.</param>
/// <param name="Epsilon">Added to the variance.</param>
/// <example>Kernel 3, bias 1, mean 2, variance + epsilon 4, gamma 2, beta 5: s is 1, so kernel 3 and bias 5 + (1 - 2) = 4.</example>
public sealed record BatchNormFoldCall(
    TensorView Kernel, TensorView Bias, TensorView Gamma, TensorView Beta, TensorView Mean, TensorView Variance, TensorView FoldedKernel,
    TensorView FoldedBias, float Epsilon) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Kernel, Bias, Gamma, Beta, Mean, Variance];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [FoldedKernel, FoldedBias];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
