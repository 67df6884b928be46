namespace GpuQuant.Backends;

/// <summary>Batch normalization with the running statistics: y = activation(gamma (x - mean) / sqrt(variance + epsilon) + beta).</summary>
/// <param name="Input">Rows x C, float32; of longer rows the first C values are taken.</param>
/// <param name="Gamma">C factors.</param>
/// <param name="Beta">C offsets.</param>
/// <param name="Mean">C running means.</param>
/// <param name="Variance">C running variances.</param>
/// <param name="Output">Rows x C.</param>
/// <param name="Epsilon">As in training.</param>
/// <param name="Activation">Applied to every output.</param>
public sealed record BatchNormInferenceCall(
    TensorView Input, TensorView Gamma, TensorView Beta, TensorView Mean, TensorView Variance, TensorView Output, float Epsilon,
    Activation Activation = Activation.None) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Input, Gamma, Beta, Mean, Variance];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Output];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
