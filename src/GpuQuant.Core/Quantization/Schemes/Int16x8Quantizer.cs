using GpuQuant.Backends;
using GpuQuant.Graphs;

namespace GpuQuant.Quantization.Schemes;

/// <summary>
/// TFLite's 16x8: weights int8 symmetric per output channel, activations int16 symmetric (the greatest magnitude over the first training
/// samples is 32,767), 64-bit sums and biases, integer arithmetic with one rounding by a 16-bit multiplier, batch normalization folded.
/// Only the softmax computes in float, on the logits' integers.
/// </summary>
public sealed record Int16x8Quantizer : IAllowsFloat
{
    /// <summary>The calibration samples.</summary>
    public int CalibrationSamples { get; init; } = 100;

    /// <summary>Whether layers without an integer form are computed in float; else they are an error.</summary>
    public bool AllowsFloat { get; init; }

    /// <inheritdoc/>
    public string Name => "int16x8";

    /// <inheritdoc/>
    public string Description => "int8 weights, int16 activations, integer arithmetic (TFLite 16x8)";

    /// <inheritdoc/>
    public Model Quantize(Model model, CalibrationData calibration)
    {
        var (fused, trained) = LoweringInput.Of(model);
        // Ranges that were trained for fewer bits would waste the others: outputs are calibrated anew.
        var given = Encodings.None with { Weights = trained.Weights };
        LoweringInput.CheckFits(fused, given, Name, leastBits: 8);
        var scheme = new IntegerScheme(ActivationBits: 16, DensePerChannel: true);
        return new IntegerLowering(fused, ActivationRanges.Measure(fused, calibration, CalibrationSamples, scheme), Rounding.HalfAway,
            given, scheme)
        {
            AllowsFloat = AllowsFloat,
        }.Lower();
    }

    /// <inheritdoc/>
    public IQuantizer AllowingFloat() => this with { AllowsFloat = true };
}
