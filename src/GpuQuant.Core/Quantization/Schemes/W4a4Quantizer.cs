using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization.Schemes;

/// <summary>
/// 4-bit weights as in w4a8, and 4-bit asymmetric activations, integers from -8 to 7 in int8; TFLite's integer arithmetic. The first and
/// the last layer have 8 bits, weights and inputs, as is the custom, and so have the logits.
/// </summary>
public sealed record W4a4Quantizer : IAllowsFloat
{
    /// <summary>The calibration samples.</summary>
    public int CalibrationSamples { get; init; } = 256;

    /// <summary>The least width of the first and the last layer.</summary>
    public int EndBits { get; init; } = 8;

    /// <summary>Whether layers without an integer form are computed in float; else they are an error.</summary>
    public bool AllowsFloat { get; init; }

    /// <inheritdoc/>
    public string Name => "w4a4";

    /// <inheritdoc/>
    public string Description => "4-bit weights per channel and 4-bit activations, integer arithmetic; first and last layer 8 bits";

    /// <inheritdoc/>
    public Model Quantize(Model model, CalibrationData calibration) =>
        NarrowIntegers.Quantize(model, Name, new(WeightBits: 4, ActivationBits: 4, DensePerChannel: true, EndBits),
            calibration, CalibrationSamples, usesGptq: false, AllowsFloat);

    /// <inheritdoc/>
    public StoredTensor Encode(string name, Tensor value) => StoredTensor.Integers(value);

    /// <inheritdoc/>
    public IQuantizer AllowingFloat() => this with { AllowsFloat = true };
}
