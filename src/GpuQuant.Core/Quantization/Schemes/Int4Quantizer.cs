using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization.Parts;
using GpuQuant.Quantization.PostTraining;

namespace GpuQuant.Quantization.Schemes;

/// <summary>
/// Weight-only 4 bits: each 32 neighbouring weights of an output channel share the step and the zero point of least squared error, then
/// biases are corrected; batch normalization is folded, biases and arithmetic are float. Groups of 128 and 64 are the custom for language models, whose rows hold thousands of weights; the rows
/// of small image nets hold 25 to 600, which 32, the third customary size, cuts with little left over.
/// </summary>
public sealed class Int4Quantizer : IQuantizer
{
    private const int GroupSize = 32;

    private static readonly QuantizerSpec Weights =
        new(new IntegerFormat(4), Granularity.Group(GroupSize), RangeRule.Mse, IsSymmetric: false);

    /// <summary>The calibration samples, from which biases are corrected.</summary>
    public int CalibrationSamples { get; init; } = 256;

    /// <inheritdoc/>
    public string Name => "int4";

    /// <inheritdoc/>
    public string Description => "4-bit weights in groups of 32, float arithmetic";

    /// <inheritdoc/>
    public Model Quantize(Model model, CalibrationData calibration)
    {
        var folded = FoldBatchNorm.Apply(FakeQuantizers.Remove(model).Float);
        return BiasCorrection.Apply(
            folded, QuantizeWeights.Apply(folded, Weights), calibration, calibration.Samples ?? CalibrationSamples);
    }

    /// <inheritdoc/>
    public StoredTensor Encode(string name, Tensor value) =>
        TextWeights.IsWeights(name) ? StoredTensor.Steps(value, 4, GroupSize) : StoredTensor.AsItIs(value);
}
