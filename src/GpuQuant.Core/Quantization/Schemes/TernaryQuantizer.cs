using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization.Parts;
using GpuQuant.Quantization.PostTraining;

namespace GpuQuant.Quantization.Schemes;

/// <summary>
/// Weights of -1, 0 and 1 times a factor for each 32 neighbours, chosen by GPTQ, then biases corrected; batch normalization is folded, the
/// arithmetic is float. The first and the last layer keep float weights, as is the custom for ternary nets (Zhu et al. 2017, "Trained
/// ternary quantization"); a net of fewer than three layers has all its weights ternary.
/// </summary>
public sealed class TernaryQuantizer : IQuantizer
{
    private const int GroupSize = 32;

    private static readonly QuantizerSpec Weights =
        new(new IntegerFormat(2, isNarrow: true), Granularity.Group(GroupSize), RangeRule.Mse);

    /// <summary>The calibration samples.</summary>
    public int CalibrationSamples { get; init; } = 256;

    /// <inheritdoc/>
    public string Name => "ternary";

    /// <inheritdoc/>
    public string Description => "weights -1, 0 and 1 times a factor per 32, chosen by GPTQ, float arithmetic";

    /// <inheritdoc/>
    public Model Quantize(Model model, CalibrationData calibration)
    {
        TextWeights.Refuse(model.Graph, Name);
        var folded = FoldBatchNorm.Apply(FakeQuantizers.Remove(model).Float);
        var layers = WeightLayers.Of(folded.Graph);
        var samples = calibration.Samples ?? CalibrationSamples;
        var ternary = Gptq.Apply(folded, Weights, calibration, samples,
            filter: layer => layers.Count < 3 || (layer != layers[0] && layer != layers[^1]));
        return BiasCorrection.Apply(folded, ternary, calibration, samples);
    }

    /// <inheritdoc/>
    public StoredTensor Encode(string name, Tensor value) =>
        name.EndsWith("/kernel", StringComparison.Ordinal) ? StoredTensor.Steps(value, 2, GroupSize) : StoredTensor.AsItIs(value);
}
