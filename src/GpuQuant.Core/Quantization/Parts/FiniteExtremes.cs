using System.Numerics;

namespace GpuQuant.Quantization.Parts;

/// <summary>The least and greatest of many values.</summary>
internal static class FiniteExtremes
{
    private const int InfinityBits = 0x7F800000;

    /// <summary>The extremes, 0 without a sign; not a number if a value is infinite or not a number.</summary>
    /// <param name="values">At least one.</param>
    public static (float Least, float Greatest) Of(ReadOnlySpan<float> values)
    {
        var (least, greatest, bits, i) = (values[0], values[0], 0, 0);
        if (values.Length >= Vector<float>.Count)
        {
            var (low, high, magnitude) = (new Vector<float>(values), new Vector<float>(values), Vector<int>.Zero);
            for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                var value = new Vector<float>(values[i..]);
                (low, high) = (Vector.Min(low, value), Vector.Max(high, value));
                magnitude = Vector.Max(magnitude, Vector.AsVectorInt32(value) & new Vector<int>(int.MaxValue));
            }
            for (var lane = 0; lane < Vector<float>.Count; lane++)
                (least, greatest, bits) =
                    (Math.Min(least, low[lane]), Math.Max(greatest, high[lane]), Math.Max(bits, magnitude[lane]));
        }
        for (; i < values.Length; i++)
            (least, greatest, bits) = (Math.Min(least, values[i]), Math.Max(greatest, values[i]),
                Math.Max(bits, BitConverter.SingleToInt32Bits(values[i]) & int.MaxValue));
        return bits >= InfinityBits ? (float.NaN, float.NaN) : (least + 0f, greatest + 0f);
    }
}
