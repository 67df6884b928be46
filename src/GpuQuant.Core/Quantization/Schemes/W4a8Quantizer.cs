using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization.Schemes;

/// <summary>
/// 4-bit weights, each output channel with the step of least squared error, biases corrected; int8 asymmetric activations; TFLite's integer
/// arithmetic. The first and the last layer keep 8-bit weights, as is the custom. Kernels hold the weights in int8, files hold two a byte.
/// </summary>
public sealed record W4a8Quantizer : IAllowsFloat
{
    /// <summary>The calibration samples.</summary>
    public int CalibrationSamples { get; init; } = 256;

    /// <summary>The least width of the first and the last layer.</summary>
    public int EndBits { get; init; } = 8;

    /// <summary>Whether layers without an integer form are computed in float; else they are an error.</summary>
    public bool AllowsFloat { get; init; }

    /// <inheritdoc/>
    public string Name => "w4a8";

    /// <inheritdoc/>
    public string Description => "4-bit weights per channel, int8 activations, integer arithmetic; first and last layer 8 bits";

    /// <inheritdoc/>
    public Model Quantize(Model model, CalibrationData calibration) =>
        NarrowIntegers.Quantize(model, Name, new(WeightBits: 4, ActivationBits: 8, DensePerChannel: true, EndBits),
            calibration, CalibrationSamples, usesGptq: false, AllowsFloat);

    /// <inheritdoc/>
    public StoredTensor Encode(string name, Tensor value) => StoredTensor.Integers(value);

    /// <inheritdoc/>
    public IQuantizer AllowingFloat() => this with { AllowsFloat = true };
}
