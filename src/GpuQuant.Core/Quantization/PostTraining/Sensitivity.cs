using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization.Parts;

namespace GpuQuant.Quantization.PostTraining;

/// <summary>Which layers bear narrow weights: the net's answers on calibration samples with the weights of one layer rounded, or of all
/// but one.</summary>
public static class Sensitivity
{
    /// <summary>One entry per layer and width, layers in the net's order.</summary>
    /// <param name="model">A float model; fold batch normalizations first.</param>
    /// <param name="spec">The quantizer of integers, whose width is replaced by each of <paramref name="bits"/>.</param>
    /// <param name="bits">The widths.</param>
    /// <param name="calibration">Where samples come from.</param>
    /// <param name="samples">How many.</param>
    /// <param name="isLeftOut">Whether the named layer is the one that stays float while all others are rounded.</param>
    /// <exception cref="UsageException">The quantizer is none of integers for weights, or there are no samples.</exception>
    public static IReadOnlyList<LayerSensitivity> Measure(Model model, QuantizerSpec spec, IReadOnlyList<int> bits,
        CalibrationData calibration, int samples = 256, bool isLeftOut = false)
    {
        var data = Subset.First(calibration.Data, samples);
        var wanted = OutputDistance.Logits(model, calibration, data);
        return [.. WeightLayers.Of(model.Graph).SelectMany(layer => bits.Select(width =>
        {
            var rounded = QuantizeWeights.Apply(model, Widened(spec, width), other => (other == layer) != isLeftOut);
            return new LayerSensitivity(
                layer.Name, width, OutputDistance.Of(wanted, OutputDistance.Logits(rounded, calibration, data), data));
        }))];
    }

    /// <summary>The quantizer with integers of another width.</summary>
    /// <exception cref="UsageException">It is none of integers.</exception>
    public static QuantizerSpec Widened(QuantizerSpec spec, int bits) => spec.Format is IntegerFormat format
        ? spec with { Format = new IntegerFormat(bits, format.IsSigned, format.IsNarrow) }
        : throw new UsageException($"'{spec}' is no quantizer of integers, whose width could be chosen.");
}
