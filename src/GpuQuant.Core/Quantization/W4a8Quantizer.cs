using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization;

/// <summary>
/// 4-bit weights, each output channel with the step of least squared error, biases corrected; int8 asymmetric activations; TFLite's integer
/// arithmetic. The first and the last layer keep 8-bit weights, as is the custom. Kernels hold the weights in int8, files hold two a byte.
/// </summary>
public sealed class W4a8Quantizer : IQuantizer
{
    /// <summary>The calibration samples.</summary>
    public int CalibrationSamples { get; init; } = 256;

    /// <summary>The least width of the first and the last layer.</summary>
    public int EndBits { get; init; } = 8;

    /// <inheritdoc/>
    public string Name => "w4a8";

    /// <inheritdoc/>
    public string Description => "4-bit weights per channel, int8 activations, integer arithmetic; first and last layer 8 bits";

    /// <inheritdoc/>
    public Model Quantize(Model model, CalibrationData calibration) => NarrowIntegers.Quantize(
        model, new(WeightBits: 4, ActivationBits: 8, DensePerChannel: true, EndBits), calibration, CalibrationSamples, usesGptq: false);

    /// <inheritdoc/>
    public StoredTensor Encode(string name, Tensor value) => StoredTensor.Integers(value);
}
