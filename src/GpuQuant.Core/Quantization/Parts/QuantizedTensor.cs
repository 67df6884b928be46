using GpuQuant.Numerics;

namespace GpuQuant.Quantization.Parts;

/// <summary>A tensor as numbers of a format, with the scales and zero points of its groups.</summary>
/// <param name="Spec">The quantizer.</param>
/// <param name="Shape">The tensor's shape.</param>
/// <param name="Numbers">The numbers, in the tensor's order; whole for integer formats.</param>
/// <param name="Scales">One per group, in the order of the values.</param>
/// <param name="ZeroPoints">As many.</param>
public sealed record QuantizedTensor(QuantizerSpec Spec, Shape Shape, float[] Numbers, float[] Scales, int[] ZeroPoints)
{
    /// <summary>Quantizes a tensor, output channels first.</summary>
    /// <param name="values">float32.</param>
    /// <param name="spec">The quantizer; its range rule sees each group's values.</param>
    /// <exception cref="ComputationException">A value is infinite or not a number.</exception>
    /// <example>Weights (0.5, -1, 0.25, 2) of shape 2 x 2 by <c>int8n symmetric channel minmax</c>: scales 1/127 and 2/127.</example>
    public static QuantizedTensor Of(Tensor values, QuantizerSpec spec)
    {
        var groups = Groups(values.Shape, spec.Granularity).ToArray();
        var result = new QuantizedTensor(
            spec, values.Shape, new float[values.Shape.Count], new float[groups.Length], new int[groups.Length]);
        for (var g = 0; g < groups.Length; g++)
        {
            var group = values.Span<float>()[groups[g]];
            var histogram = new ValueHistogram();
            histogram.Add(group);
            var (low, high) = RangeSearch.Of(spec, histogram);
            (result.Scales[g], result.ZeroPoints[g]) = spec.Cover(low, high);
            for (var i = 0; i < group.Length; i++)
                result.Numbers[groups[g].Start.Value + i] = (float)spec.Quantize(group[i], result.Scales[g], result.ZeroPoints[g]);
        }
        return result;
    }

    /// <summary>The values that the numbers stand for: (number - zero point) * scale.</summary>
    public Tensor Dequantize()
    {
        var values = new Tensor(DType.Float32, Shape);
        var g = 0;
        foreach (var range in Groups(Shape, Spec.Granularity))
        {
            for (var i = range.Start.Value; i < range.End.Value; i++)
                values.Span<float>()[i] = (Numbers[i] - ZeroPoints[g]) * Scales[g];
            g++;
        }
        return values;
    }

    /// <summary>Bytes that the numbers take when packed, and a float32 per scale; zero points take a byte each unless all are 0.</summary>
    public long Bytes => (Spec.Format.Bits * Shape.Count + 7) / 8 + (sizeof(float) * Scales.LongLength)
        + (Array.TrueForAll(ZeroPoints, zero => zero == 0) ? 0 : ZeroPoints.LongLength);

    /// <summary>The positions of each group's values: neighbours.</summary>
    public static IEnumerable<Range> Groups(Shape shape, Granularity granularity)
    {
        var (size, perRow) = granularity.Of(shape);
        if (perRow == 0)
        {
            yield return 0..size;
            yield break;
        }
        var row = checked((int)(shape.Count / shape[0]));
        for (var first = 0; first < shape.Count; first += row)
            for (var begin = 0; begin < row; begin += size)
                yield return (first + begin)..(first + Math.Min(row, begin + size));
    }
}
