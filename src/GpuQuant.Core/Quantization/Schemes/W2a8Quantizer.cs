using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization.Schemes;

/// <summary>
/// Weights of -1, 0 and 1 times a step per output channel, chosen by GPTQ, biases corrected; int8 asymmetric activations; TFLite's integer
/// arithmetic. The first and the last layer keep 8-bit weights, as is the custom. Kernels hold the weights in int8, files hold four a byte.
/// </summary>
public sealed record W2a8Quantizer : IAllowsFloat
{
    /// <summary>The calibration samples.</summary>
    public int CalibrationSamples { get; init; } = 256;

    /// <summary>The least width of the first and the last layer.</summary>
    public int EndBits { get; init; } = 8;

    /// <summary>Whether layers without an integer form are computed in float; else they are an error.</summary>
    public bool AllowsFloat { get; init; }

    /// <inheritdoc/>
    public string Name => "w2a8";

    /// <inheritdoc/>
    public string Description =>
        "weights -1, 0 and 1 per channel, chosen by GPTQ, int8 activations, integer arithmetic; first and last layer 8 bits";

    /// <inheritdoc/>
    public Model Quantize(Model model, CalibrationData calibration) =>
        NarrowIntegers.Quantize(model, Name, new(WeightBits: 2, ActivationBits: 8, DensePerChannel: true, EndBits),
            calibration, CalibrationSamples, usesGptq: true, AllowsFloat);

    /// <inheritdoc/>
    public StoredTensor Encode(string name, Tensor value) => StoredTensor.Integers(value);

    /// <inheritdoc/>
    public IQuantizer AllowingFloat() => this with { AllowsFloat = true };
}
