using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization.Schemes;

/// <summary>
/// TFLite's full-integer post-training quantization: weights int8 symmetric, per channel for convolutions and per tensor for dense
/// layers (as TensorFlow 2.3 converts), activations int8 asymmetric from the least and greatest value over the first 100 training
/// samples, int32 biases, batch normalization folded, integer arithmetic with two roundings, uint8 probabilities of scale 1/256. Of a model
/// with fake-quantizers, ranges and steps are the trained ones, also of fewer bits. Embeddings are int8 tables with the range of all their
/// words; an LSTM is TFLite's integer LSTM (<see cref="IntLstmCall"/>), and a GRU, for which TFLite has no integers, is made of the same
/// parts (<see cref="IntGruCall"/>); a sigmoid at the end gives uint8 probabilities of scale 1/256 by table.
/// </summary>
public sealed record Tflite8Quantizer : IAllowsFloat
{
    /// <summary>The calibration samples, the study's number.</summary>
    public int CalibrationSamples { get; init; } = 100;

    /// <summary>How float inputs become integers; the study's harness truncated and wrapped around.</summary>
    public Rounding InputCast { get; init; } = Rounding.HalfAway;

    /// <summary>Whether layers without an integer form are computed in float; else they are an error.</summary>
    public bool AllowsFloat { get; init; }

    /// <inheritdoc/>
    public string Name => "tflite8";

    /// <inheritdoc/>
    public string Description => "int8 weights and activations, integer arithmetic (TFLite full-integer)";

    /// <inheritdoc/>
    public Model Quantize(Model model, CalibrationData calibration)
    {
        var (fused, given) = LoweringInput.Of(model);
        LoweringInput.CheckFits(fused, given, Name, leastBits: 2);
        return new IntegerLowering(fused, ActivationRanges.Measure(fused, calibration, CalibrationSamples), InputCast, given)
        {
            AllowsFloat = AllowsFloat,
        }.Lower();
    }

    /// <inheritdoc/>
    public IQuantizer AllowingFloat() => this with { AllowsFloat = true };
}
