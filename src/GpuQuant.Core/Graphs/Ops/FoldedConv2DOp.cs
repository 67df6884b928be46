using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// A convolution with the batch normalization behind it folded in already during training, as it will be deployed (Jacob et al. 2018): the
/// kernel is multiplied by gamma / sqrt(variance + epsilon) before it is fake-quantized, and the bias follows. In training the statistics
/// are those of the batch, taken from the plain convolution's output, and gradients pass through them; evaluation, and training once
/// the normalization is frozen, folds with the running ones. Parameters: those of both layers.
/// </summary>
/// <param name="Convolution">The convolution, without an activation; its weights may be fake-quantized by range.</param>
/// <param name="Norm">The normalization with the activation behind it.</param>
public sealed record FoldedConv2DOp(Conv2DOp Convolution, BatchNormOp Norm) : Op, IFusesActivation
{
    /// <inheritdoc/>
    protected internal override string Stem => Convolution.Stem;

    /// <inheritdoc/>
    [System.Text.Json.Serialization.JsonIgnore]
    public Activation Activation => Norm.Activation;

    /// <inheritdoc/>
    public Op WithActivation(Activation activation) => this with { Norm = Norm with { Activation = activation } };

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        if (Convolution.Activation != Activation.None)
            throw new UsageException($"folds a batch normalization into a convolution; a {Convolution.Activation} lies between them");
        if (!Convolution.HasBias)
            throw new UsageException("folds a batch normalization into a convolution with a bias, got one without");
        if (Convolution.Weights is { Method: not QuantizerMethod.Range } weights)
            throw new UsageException($"folds batch normalization in training with weights quantized by range, got {weights.Method}");
        return Norm.Infer([Convolution.Infer(inputs)]);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(IReadOnlyList<TensorType> inputs) =>
        [.. Convolution.Parameters(inputs), .. Norm.Parameters([Convolution.Infer(inputs)])];

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass)
    {
        var (kernel, bias) = (pass.Parameter("kernel"), pass.Parameter("bias"));
        var window = Convolution.Window(pass.Node.Inputs[0].Output.Shape);
        var isMeasured = pass.IsTraining && !Norm.IsFrozen;
        var (mean, variance) = isMeasured ? EmitStatistics(pass, window) : (pass.Parameter("mean"), pass.Parameter("variance"));
        var folded = pass.Scratch("folded_kernel", DType.Float32, kernel.Shape);
        var foldedBias = pass.Scratch("folded_bias", DType.Float32, bias.Shape);
        pass.Emit(new BatchNormFoldCall(
            kernel, bias, pass.Parameter("gamma"), pass.Parameter("beta"), mean, variance, folded, foldedBias, Norm.Epsilon));
        var used = KernelQuantizer.Emit(pass, Convolution.Weights, folded);
        pass.Emit(new Conv2DForwardCall(pass.Input(), used, foldedBias, pass.Output, window, Activation));
    }

    /// <inheritdoc/>
    public override void Backward(BackwardPass pass)
    {
        var (kernel, channels) = (pass.Parameter("kernel"), new Shape(Convolution.Channels));
        var window = Convolution.Window(pass.Node.Inputs[0].Output.Shape);
        var gradient = ActivationGradient.Emit(pass, Activation);
        var kernelGradient = pass.Scratch("folded_kernel.gradient", DType.Float32, kernel.Shape);
        var biasGradient = pass.Scratch("folded_bias.gradient", DType.Float32, channels);
        pass.Emit(new Conv2DBackwardWeightsCall(pass.Input(), gradient, kernelGradient, window, biasGradient));
        var isMeasured = pass.IsTraining && !Norm.IsFrozen;
        var (mean, variance) = isMeasured
            ? (Row(pass.Saved("moments"), 0), Row(pass.Saved("moments"), 1))
            : (pass.Parameter("mean"), pass.Parameter("variance"));
        var slope = pass.Scratch("slope", DType.Float32, channels);
        var offset = pass.Scratch("offset", DType.Float32, channels);
        pass.Emit(new BatchNormFoldBackwardCall(kernel, pass.Parameter("bias"), pass.Parameter("gamma"), mean, variance, kernelGradient,
            biasGradient, pass.ParameterGradient("kernel"), pass.ParameterGradient("bias"), pass.ParameterGradient("gamma"),
            pass.ParameterGradient("beta"), slope, offset, gradient.Count / Convolution.Channels, Norm.Epsilon));
        if (pass.NeedsInputGradient())
            pass.Emit(new Conv2DBackwardDataCall(gradient,
                pass.Saved(Convolution.Weights is null ? "folded_kernel" : "kernel"), pass.InputGradient(), window));
        if (isMeasured)
            EmitThroughStatistics(pass, window, mean, slope, offset);
    }

    /// <summary>The batch's statistics, from the convolution as it is; moves the running ones.</summary>
    private (TensorView Mean, TensorView Variance) EmitStatistics(ForwardPass pass, Window2D window)
    {
        var plain = pass.Scratch("unfolded", DType.Float32, pass.Output.Shape);
        var moments = pass.Scratch("moments", DType.Float32, new Shape(4, Convolution.Channels));
        pass.Emit(new Conv2DForwardCall(pass.Input(), pass.Parameter("kernel"), pass.Parameter("bias"), plain, window, Activation.None)
        {
            Moments = moments,
        });
        var rows = plain.Count / Convolution.Channels;
        var (mean, variance) = (Row(moments, 0), Row(moments, 1));
        EmitMove(pass, pass.Parameter("mean"), mean, 1);
        // Unbiased, as the normalization on its own keeps it.
        EmitMove(pass, pass.Parameter("variance"), variance, rows > 1 ? rows / (rows - 1f) : 1);
        return (mean, variance);
    }

    private void EmitMove(ForwardPass pass, TensorView running, TensorView batch, float factor)
    {
        var moved = pass.Scratch($"moved{factor}", DType.Float32, running.Shape);
        pass.Emit(new FillCall(moved, 0));
        pass.Emit(new ScaledAddCall(Norm.Momentum, running, moved));
        pass.Emit(new ScaledAddCall((1 - Norm.Momentum) * factor, batch, moved));
        pass.Emit(new CopyCall(moved, running));
    }

    /// <summary>What the batch's statistics pass on: a gradient of the plain convolution's output, slope (z - mean) + offset.</summary>
    private static void EmitThroughStatistics(BackwardPass pass, Window2D window, TensorView mean, TensorView slope, TensorView offset)
    {
        var (plain, kernel) = (pass.Saved("unfolded"), pass.Parameter("kernel"));
        var one = pass.Scratch("one", DType.Float32, slope.Shape);
        var gradient = pass.Scratch("unfolded.gradient", DType.Float32, plain.Shape);
        pass.Emit(new FillCall(one, 1));
        pass.Emit(new BatchNormInferenceCall(plain, slope, offset, mean, one, gradient, 0));
        var kernelGradient = pass.Scratch("kernel.gradient", DType.Float32, kernel.Shape);
        var biasGradient = pass.Scratch("bias.gradient", DType.Float32, slope.Shape);
        pass.Emit(new Conv2DBackwardWeightsCall(pass.Input(), gradient, kernelGradient, window, biasGradient));
        pass.Emit(new ScaledAddCall(1, kernelGradient, pass.ParameterGradient("kernel")));
        pass.Emit(new ScaledAddCall(1, biasGradient, pass.ParameterGradient("bias")));
        if (!pass.NeedsInputGradient())
            return;
        var inputGradient = pass.Scratch("input.gradient", DType.Float32, pass.InputGradient().Shape);
        pass.Emit(new Conv2DBackwardDataCall(gradient, kernel, inputGradient, window));
        pass.Emit(new ScaledAddCall(1, inputGradient, pass.InputGradient()));
    }

    private static TensorView Row(TensorView moments, int row) => moments.Slice((long)row * moments.Shape[1], new Shape(moments.Shape[1]));
}
