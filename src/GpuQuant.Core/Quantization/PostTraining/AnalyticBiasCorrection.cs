using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization.PostTraining;

/// <summary>
/// Bias correction without data (Nagel et al. 2019, section 4.2): behind a batch normalization an input channel is taken as normally
/// distributed with mean beta and deviation |gamma|, clipped where a relu or relu6 follows. The expected input times the weights' rounding
/// errors is what the outputs' means have moved by, and is taken off the biases.
/// </summary>
/// <remarks>
/// Zeros around images count as if they were inputs. Layers behind anything else than a batch normalization (the first one, those behind
/// sums or max-pooling) stay as they are. Not for equalized weights, whose inputs have other ranges.
/// </remarks>
/// <example>Beta 0, gamma 1, relu: the expected input is 0.3989; a weight rounded from 0.6 to 1 lowers the bias by 0.1596.</example>
public static class AnalyticBiasCorrection
{
    /// <summary>The quantized model with other biases.</summary>
    /// <param name="trained">The float model with its batch normalizations.</param>
    /// <param name="folded">The float model whose weights were quantized: <paramref name="trained"/> itself, or folded.</param>
    /// <param name="quantized">The same graph as <paramref name="folded"/> with changed weights.</param>
    /// <exception cref="UsageException">The models' layers differ.</exception>
    public static Model Apply(Model trained, Model folded, Model quantized)
    {
        quantized = ConvolutionBiases.Add(quantized);
        foreach (var layer in WeightLayers.Of(quantized.Graph))
        {
            var inputs = ExpectedInputs(trained, trained.Graph[layer.Name].Inputs[0]);
            if (inputs is null)
                continue;
            var (exact, rounded) = (folded.Parameters[WeightLayers.Kernel(layer)], quantized.Parameters[WeightLayers.Kernel(layer)]);
            if (!exact.Shape.Equals(rounded.Shape))
                throw new UsageException(
                    $"Layer '{layer.Name}' has weights of {exact.Shape} in one model and {rounded.Shape} in the other.");
            quantized = BiasCorrection.Shift(quantized, layer, c => ExpectedOutput(exact, c, inputs) - ExpectedOutput(rounded, c, inputs));
        }
        return quantized;
    }

    private static double ExpectedOutput(Tensor kernel, int channel, double[] inputs)
    {
        var length = (int)(kernel.Shape.Count / kernel.Shape[0]);
        var sum = 0.0;
        for (var i = 0; i < length; i++)
            sum += kernel.Span<float>()[channel * length + i] * inputs[i % inputs.Length];
        return sum;
    }

    /// <summary>The expected value per channel of what a layer takes; null where no batch normalization tells.</summary>
    internal static double[]? ExpectedInputs(Model trained, Node input)
    {
        // What keeps a channel's mean.
        while (input.Op is DropoutOp or FlattenOp or Pool2DOp { Pooling: PoolKind.Average, Padding: Padding.Valid })
            input = input.Inputs[0];
        var activation = Activation.None;
        if (input.Op is ActivationOp op)
            (activation, input) = (op.Activation, input.Inputs[0]);
        if (input.Op is not BatchNormOp norm || (norm.Activation != Activation.None && activation != Activation.None))
            return null;
        activation = activation == Activation.None ? norm.Activation : activation;
        if (activation is not (Activation.None or Activation.Relu or Activation.Relu6))
            return null;
        var (low, high) = activation == Activation.None
            ? (double.NegativeInfinity, double.PositiveInfinity) : (0, activation == Activation.Relu ? double.PositiveInfinity : 6);
        var (beta, gamma) = (trained.Parameters[$"{input.Name}/beta"], trained.Parameters[$"{input.Name}/gamma"]);
        var means = new double[beta.Shape[0]];
        for (var c = 0; c < means.Length; c++)
            means[c] = ClippedNormal.Mean(beta.Span<float>()[c], Math.Abs(gamma.Span<float>()[c]), low, high);
        return means;
    }
}
