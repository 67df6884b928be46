using GpuQuant.Numerics;
using GpuQuant.Quantization.Parts;

namespace GpuQuant.Quantization.PostTraining;

/// <summary>The grids of weights that a pass chose, for the integers of a deployment.</summary>
internal static class WeightGrids
{
    /// <summary>Throws unless integer layers know the quantizer's grid.</summary>
    public static void Check(QuantizerSpec spec)
    {
        if (!spec.IsSymmetric || spec.Format is not IntegerFormat { Bits: >= 2 and <= 8, IsSigned: true, IsNarrow: true }
            || spec.Granularity.Kind is not (GranularityKind.Tensor or GranularityKind.Channel))
            throw new UsageException($"Integer layers have no weights of '{spec}'. They take narrow symmetric integers of 2 to 8 bits, "
                + "one step per tensor or channel: for example 'int4n symmetric channel minmax'.");
    }

    /// <summary>The layers' grids.</summary>
    /// <param name="spec">The quantizer.</param>
    /// <param name="scales">By layer: one step, or one per output channel.</param>
    public static Encodings Of(QuantizerSpec spec, IReadOnlyDictionary<string, float[]> scales) => Encodings.None with
    {
        Weights = scales.ToDictionary(layer => layer.Key, layer => new WeightEncoding(spec.Format.Bits, layer.Value)),
    };
}
