using GpuQuant.Graphs;

namespace GpuQuant.Quantization.Schemes;

/// <summary>
/// ONNX's QDQ form as runtimes deploy it: weights int8 symmetric per output channel, activations int8 asymmetric from the least and
/// greatest value over the first training samples, int32 biases, batch normalization folded. Convolutions and dense layers sum integers
/// and requantize by a float factor, halves to even; sums of branches, concatenations, means, batch normalizations that are left and the
/// softmax compute in float between dequantized values. Of a model with fake-quantizers, ranges and steps are the trained ones.
/// </summary>
public sealed record OnnxQdqQuantizer : IAllowsFloat
{
    /// <summary>The scheme's name.</summary>
    public const string SchemeName = "onnx-qdq";

    /// <summary>The calibration samples.</summary>
    public int CalibrationSamples { get; init; } = 100;

    /// <summary>Whether layers without an integer form are computed in float; else they are an error.</summary>
    public bool AllowsFloat { get; init; }

    /// <inheritdoc/>
    public string Name => SchemeName;

    /// <inheritdoc/>
    public string Description => "int8 weights and activations, float requantization (ONNX QDQ)";

    /// <inheritdoc/>
    public Model Quantize(Model model, CalibrationData calibration)
    {
        var (fused, given) = LoweringInput.Of(model);
        LoweringInput.CheckFits(fused, given, Name, leastBits: 8);
        return new QdqLowering(fused, ActivationRanges.Measure(fused, calibration, CalibrationSamples), given)
        {
            AllowsFloat = AllowsFloat,
        }.Lower();
    }

    /// <inheritdoc/>
    public IQuantizer AllowingFloat() => this with { AllowsFloat = true };
}
