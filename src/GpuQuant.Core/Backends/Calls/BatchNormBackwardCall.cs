namespace GpuQuant.Backends;

/// <summary>The gradient of batch normalization in training, through the batch's mean and variance.</summary>
/// <param name="Input">The forward input, rows x C.</param>
/// <param name="Gamma">C factors.</param>
/// <param name="Mean">The batch means kept by the forward pass.</param>
/// <param name="InverseDeviation">The inverse deviations kept by the forward pass.</param>
/// <param name="OutputGradient">Like the input.</param>
/// <param name="InputGradient">Like the input, overwritten.</param>
/// <param name="GammaGradient">C values, overwritten.</param>
/// <param name="BetaGradient">C values, overwritten.</param>
public sealed record BatchNormBackwardCall(
    TensorView Input, TensorView Gamma, TensorView Mean, TensorView InverseDeviation, TensorView OutputGradient,
    TensorView InputGradient, TensorView GammaGradient, TensorView BetaGradient) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input, Gamma, Mean, InverseDeviation, OutputGradient];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [InputGradient, GammaGradient, BetaGradient];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
