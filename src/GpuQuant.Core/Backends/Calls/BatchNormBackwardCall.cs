namespace GpuQuant.Backends;

/// <summary>
/// The gradient of batch normalization in training, through the batch's mean and variance (unless they are constant), and through its
/// activation, whose output is computed from the input once more, by the forward pass's formula.
/// </summary>
/// <param name="Input">The forward input, rows x C; of longer rows the first C values are taken.</param>
/// <param name="Gamma">C factors.</param>
/// <param name="Beta">C offsets.</param>
/// <param name="Mean">The batch means kept by the forward pass.</param>
/// <param name="InverseDeviation">The inverse deviations kept by the forward pass.</param>
/// <param name="OutputGradient">Rows x C.</param>
/// <param name="InputGradient">Rows x C, overwritten; of longer rows the first C values are. Null: not needed.</param>
/// <param name="GammaGradient">C values, overwritten.</param>
/// <param name="BetaGradient">C values, overwritten.</param>
/// <param name="Activation">The forward pass's.</param>
public sealed record BatchNormBackwardCall(
    TensorView Input, TensorView Gamma, TensorView Beta, TensorView Mean, TensorView InverseDeviation, TensorView OutputGradient,
    TensorView? InputGradient, TensorView GammaGradient, TensorView BetaGradient, Activation Activation = Activation.None) : KernelCall
{
    /// <summary>The forward pass's fake-quantizer, or null: the gradient is 0 where the output was clamped.</summary>
    public OutputQuantization? Quantization { get; init; }

    /// <summary>Whether mean and deviation do not depend on the input: the running ones, which stand still.</summary>
    public bool HasConstantStatistics { get; init; }

    /// <summary>Whether the input's gradient is added to what stands in its place.</summary>
    public bool AddsInputGradient { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => Present(Input, Gamma, Beta, Mean, InverseDeviation, OutputGradient,
        Quantization?.Scale, Quantization?.ZeroPoint, AddsInputGradient ? InputGradient : null);

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => Present(InputGradient, GammaGradient, BetaGradient);

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
