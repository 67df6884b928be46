using GpuQuant.Quantization;
using GpuQuant.Quantization.Parts;

namespace GpuQuant.Evaluation;

/// <summary>A layer of a float model and its deployed form on a test set.</summary>
/// <param name="Layer">The layer's name in both.</param>
/// <param name="Kind">The op that computes it in the deployed model.</param>
/// <param name="Values">How many values were compared: samples times the layer's outputs.</param>
/// <param name="Accumulated">The error as deployed: of this layer and of all before it.</param>
/// <param name="Own">The error of this layer alone: of the deployed layer given the float model's values, in its input's integers.</param>
/// <param name="SaturationPct">
/// Integers at their least or greatest whose float value lies more than half a step beyond, in percent of all; null for float outputs. A
/// relu's zero does not count: its float value is 0 too.
/// </param>
/// <param name="DeadRangePct">
/// The part of the range that is never used: integers below the least or above the greatest that occurs, in percent of those that the
/// layer can give; null for float outputs.
/// </param>
/// <param name="Meaning">What the layer's integers mean; null for float outputs.</param>
/// <param name="Histogram">The float model's values.</param>
/// <example>
/// Integers -128 to 127 of which -128 to -1 occur: half the range is dead. Scale 0.1, zero point 0: the float value 13 becomes 127, which
/// is 12.7, and is saturated; 12.74 becomes 127 too, which is merely rounding.
/// </example>
public sealed record LayerComparison(
    string Layer, string Kind, long Values, LayerError Accumulated, LayerError Own, double? SaturationPct, double? DeadRangePct,
    IntegerMeaning? Meaning, ValueHistogram Histogram);
