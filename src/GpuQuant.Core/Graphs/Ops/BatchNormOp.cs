using System.Text.Json.Serialization;
using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// Batch normalization over all dimensions but the last. Parameters: <c>gamma</c>, <c>beta</c>, and the running statistics <c>mean</c>
/// and <c>variance</c>, which training moves and evaluation uses.
/// </summary>
/// <param name="Epsilon">Added to the variance.</param>
/// <param name="Momentum">How much of the running statistics a step keeps.</param>
/// <param name="Activation">Applied to the output.</param>
public sealed record BatchNormOp(float Epsilon, float Momentum, Activation Activation = Activation.None) : Op, IFusesActivation
{
    /// <summary>
    /// Whether training uses the running statistics and leaves them as they are; gamma and beta train on. Evaluation does so anyway.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsFrozen { get; init; }

    /// <inheritdoc/>
    protected internal override string Stem => "batch_norm";

    /// <inheritdoc/>
    public Op WithActivation(Activation activation) => this with { Activation = activation };

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs) => new(DType.Float32, Expect(inputs, DType.Float32));

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(IReadOnlyList<TensorType> inputs)
    {
        var shape = new Shape(inputs[0].Shape[^1]);
        return
        [
            new("gamma", DType.Float32, shape, Initializer.Constant(1)),
            new("beta", DType.Float32, shape, Initializer.Constant(0)),
            new("mean", DType.Float32, shape, Initializer.Constant(0), Trainable: false),
            new("variance", DType.Float32, shape, Initializer.Constant(1), Trainable: false),
        ];
    }

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass)
    {
        var (gamma, beta, mean, variance) =
            (pass.Parameter("gamma"), pass.Parameter("beta"), pass.Parameter("mean"), pass.Parameter("variance"));
        if (!pass.IsTraining)
        {
            pass.Emit(new BatchNormInferenceCall(pass.Input(), gamma, beta, mean, variance, pass.Output, Epsilon, Activation));
            return;
        }
        var batchMean = pass.Scratch("mean", DType.Float32, gamma.Shape);
        var inverseDeviation = pass.Scratch("inverse_deviation", DType.Float32, gamma.Shape);
        var moments = IsFrozen ? FrozenMoments(pass, mean, variance) : pass.Moments();
        pass.Emit(new BatchNormForwardCall(pass.Input(), moments, gamma, beta, pass.Output, batchMean, inverseDeviation, mean,
            variance, Epsilon, IsFrozen ? 1 : Momentum, Activation));
    }

    /// <summary>The call normalizes with what stands here; the batch's extremes, for a fake-quantizer, stay behind it.</summary>
    private static TensorView FrozenMoments(ForwardPass pass, TensorView mean, TensorView variance)
    {
        var (measured, moments) = (pass.Moments(), pass.Scratch("moments", DType.Float32, new Shape(4, mean.Count)));
        pass.Emit(new CopyCall(measured, moments));
        pass.Emit(new CopyCall(mean, moments.Slice(0, mean.Shape)));
        pass.Emit(new CopyCall(variance, moments.Slice(mean.Count, mean.Shape)));
        return moments;
    }

    /// <inheritdoc/>
    public override void Backward(BackwardPass pass)
    {
        if (!pass.IsTraining)
        {
            EmitEvaluationBackward(pass);
            return;
        }
        var growing = pass.NeedsInputGradient() ? pass.GrowingInputGradient : null;
        pass.Emit(new BatchNormBackwardCall(
            pass.Input(), pass.Parameter("gamma"), pass.Parameter("beta"), pass.Saved("mean"), pass.Saved("inverse_deviation"),
            pass.OutputGradient, growing ?? (pass.NeedsInputGradient() ? pass.InputGradient() : null),
            pass.ParameterGradient("gamma"), pass.ParameterGradient("beta"), Activation)
        {
            Quantization = pass.OutputQuantization,
            HasConstantStatistics = IsFrozen,
            AddsInputGradient = growing is not null,
        });
    }

    /// <summary>With running statistics a normalization is a factor per channel: that of a normalization with mean and beta 0.</summary>
    private void EmitEvaluationBackward(BackwardPass pass)
    {
        var gamma = pass.Parameter("gamma");
        var zero = pass.Scratch("zero", DType.Float32, gamma.Shape);
        pass.Emit(new FillCall(zero, 0));
        pass.Emit(new BatchNormInferenceCall(
            ActivationGradient.Emit(pass, Activation), gamma, zero, zero, pass.Parameter("variance"), pass.InputGradient(), Epsilon));
    }
}
