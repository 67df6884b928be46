namespace GpuQuant.Backends;

/// <summary>
/// The gradient of <see cref="BatchNormFoldCall"/>. With G and g the gradients of folded kernel and bias, r = 1 / sqrt(variance + epsilon)
/// and s = gamma r: kernel s G, bias s g, beta g, gamma r S with S = sum(G kernel) + g (bias - mean); and for statistics that are a
/// batch's, what they pass on to each value z of which they were taken: slope (z - mean) + offset.
/// </summary>
/// <param name="Kernel">Output channels first.</param>
/// <param name="Bias">C values.</param>
/// <param name="Gamma">C factors.</param>
/// <param name="Mean">C means.</param>
/// <param name="Variance">C variances.</param>
/// <param name="FoldedKernelGradient">G, like the kernel.</param>
/// <param name="FoldedBiasGradient">g, C values.</param>
/// <param name="KernelGradient">Like the kernel, written.</param>
/// <param name="BiasGradient">C values, written.</param>
/// <param name="GammaGradient">C values, written.</param>
/// <param name="BetaGradient">C values, written.</param>
/// <param name="Slope">C values, written: -gamma r^3 S / rows.</param>
/// <param name="Offset">C values, written: -s g / rows.</param>
/// <param name="Rows">Of how many values per channel the statistics were taken.</param>
/// <param name="Epsilon">Added to the variance.</param>
public sealed record BatchNormFoldBackwardCall(
    TensorView Kernel, TensorView Bias, TensorView Gamma, TensorView Mean, TensorView Variance, TensorView FoldedKernelGradient,
    TensorView FoldedBiasGradient, TensorView KernelGradient, TensorView BiasGradient, TensorView GammaGradient, TensorView BetaGradient,
    TensorView Slope, TensorView Offset, int Rows, float Epsilon) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads =>
        [Kernel, Bias, Gamma, Mean, Variance, FoldedKernelGradient, FoldedBiasGradient];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [KernelGradient, BiasGradient, GammaGradient, BetaGradient, Slope, Offset];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
