using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Quantization.Parts;
using GpuQuant.Quantization.PostTraining;

namespace GpuQuant.Quantization.Schemes;

/// <summary>
/// Integer schemes whose weights have fewer than 8 bits: what is done so that few steps suffice. Each output channel's step is the one
/// with the least squared error; the weights are the nearest steps, or GPTQ's; then biases are corrected for what rounding moved, and the
/// ranges of activations are measured on the net as it is now. The grids go to the lowering as <see cref="Encodings"/>. A model with
/// fake-quantizers is lowered as it was trained.
/// </summary>
internal static class NarrowIntegers
{
    /// <summary>The deployed model.</summary>
    public static Model Quantize(
        Model model, string name, IntegerScheme scheme, CalibrationData calibration, int samples, bool usesGptq,
        bool allowsFloat)
    {
        var (trained, given) = LoweringInput.Of(model);
        if (given.Weights.Count + given.Outputs.Count > 0)
        {
            LoweringInput.CheckFits(trained, given, name, leastBits: 2);
            // What training left float, such as a convolution before a sum, never learned to live with fewer bits.
            return new IntegerLowering(trained, ActivationRanges.Measure(trained, calibration, samples), Rounding.HalfAway, given,
                scheme with { ActivationBits = 8 })
            {
                AllowsFloat = allowsFloat,
            }.Lower();
        }
        var folded = FoldBatchNorm.Apply(model);
        var bits = new LayerBits(folded.Graph, scheme);
        var widths = folded.Graph.Nodes.Where(node => node.Op is Conv2DOp or DenseOp).Select(bits.Weights).Where(width => width < 8);
        var (chosen, grids) = (folded, new Dictionary<string, WeightEncoding>());
        foreach (var width in widths.Distinct())
        {
            bool Has(Node layer) => bits.Weights(layer) == width;
            (chosen, var encodings) = usesGptq
                ? Gptq.Encode(chosen, Spec(width), calibration, samples, filter: Has)
                : QuantizeWeights.Encode(chosen, Spec(width), Has);
            foreach (var (layer, grid) in encodings.Weights)
                grids[layer] = grid;
        }
        if (grids.Count > 0)
            chosen = BiasCorrection.Apply(folded, chosen, calibration, samples);
        var fused = chosen with { Graph = FuseActivations.Apply(chosen.Graph, FloatLayers.HasIntegerForm) };
        return new IntegerLowering(fused, ActivationRanges.Measure(fused, calibration, samples, scheme), Rounding.HalfAway,
            Encodings.None with { Weights = grids }, scheme)
        {
            AllowsFloat = allowsFloat,
        }.Lower();
    }

    private static QuantizerSpec Spec(int bits) => new(new IntegerFormat(bits, isNarrow: true), Granularity.Channel, RangeRule.Mse);
}
