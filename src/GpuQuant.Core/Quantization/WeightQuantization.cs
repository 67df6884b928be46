using GpuQuant.Numerics;

namespace GpuQuant.Quantization;

/// <summary>Weights as integers of up to 8 bits, symmetric: [-127, 127] for 8 bits, as TFLite makes them, and what their sums need.</summary>
/// <param name="Kernel">The integers, in the shape of the weights.</param>
/// <param name="Scales">One per output channel, or one for all.</param>
internal sealed record WeightQuantization(Tensor Kernel, float[] Scales)
{
    /// <summary>Sums of integers are exact in float32 below this bound.</summary>
    private const long ExactInFloat = 1 << 24;

    private const float LeastNormal = 1.17549435e-38f;

    /// <summary>Quantizes float weights (output channels first).</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="perChannel">Whether each output channel gets a scale of its own.</param>
    /// <param name="leastScales">No channel's scale is smaller; empty for no bound.</param>
    public static WeightQuantization Symmetric(Tensor weights, bool perChannel, params ReadOnlySpan<float> leastScales) =>
        Symmetric(weights, perChannel, WeightEncoding.Int8, leastScales);

    /// <summary>Quantizes float weights (output channels first) to a grid; its own steps decide, where it has some, what is per channel.</summary>
    public static WeightQuantization Symmetric(
        Tensor weights, bool perChannel, WeightEncoding encoding, ReadOnlySpan<float> leastScales, float deadScale = 1)
    {
        var values = weights.Span<float>();
        var greatestInteger = encoding.Greatest;
        perChannel = encoding.Scales.Count == 0 ? perChannel : encoding.Scales.Count > 1;
        var channels = perChannel ? weights.Shape[0] : 1;
        var length = values.Length / channels;
        var integers = new sbyte[values.Length];
        var scales = new float[channels];
        for (var c = 0; c < channels; c++)
        {
            var greatest = 0f;
            foreach (var value in values.Slice(c * length, length))
                greatest = Math.Max(greatest, Math.Abs(value));
            // Steps below the least normal number have no finite inverse: such weights, a dead channel's, count as zeros.
            scales[c] = encoding.Scales.Count > 0 ? encoding.Scales[c]
                : greatest / greatestInteger < LeastNormal ? deadScale : greatest / greatestInteger;
            foreach (var least in leastScales.IsEmpty || !perChannel ? leastScales : leastScales.Slice(c, 1))
                scales[c] = Math.Max(scales[c], least);
            var inverse = 1 / scales[c];
            for (var i = c * length; i < (c + 1) * length; i++)
                integers[i] = (sbyte)Math.Clamp(MathF.Round(values[i] * inverse, MidpointRounding.AwayFromZero), -greatestInteger,
                    greatestInteger);
        }
        return new(Tensor.From<sbyte>(integers, weights.Shape), scales);
    }

    /// <summary>The greatest sum of |x - zero point| |w| over a kernel that any input can give.</summary>
    public long GreatestSum(int greatestInput)
    {
        var length = (int)(Kernel.Shape.Count / Kernel.Shape[0]);
        long greatest = 0;
        for (var c = 0; c < Kernel.Shape[0]; c++)
            greatest = Math.Max(greatest, AbsoluteSum(Kernel.Span<sbyte>().Slice(c * length, length)));
        return greatest * greatestInput;
    }

    /// <summary>
    /// The kernel cut along the summed dimension into tensors that add up to it, each with sums below 2^24 for inputs up to
    /// <paramref name="greatestInput"/>; the kernel itself if it is small enough.
    /// </summary>
    public IReadOnlyList<Tensor> Parts(int greatestInput)
    {
        if (GreatestSum(greatestInput) < ExactInFloat)
            return [Kernel];
        var parts = new List<Tensor>();
        var length = (int)(Kernel.Shape.Count / Kernel.Shape[0]);
        // 127 times the input bounds every product, so a fixed number of positions per part suffices for every channel.
        var positions = (int)((ExactInFloat - 1) / (127L * greatestInput));
        for (var begin = 0; begin < length; begin += positions)
        {
            var part = new Tensor(DType.Int8, Kernel.Shape);
            for (var c = 0; c < Kernel.Shape[0]; c++)
                Kernel.Span<sbyte>().Slice(c * length + begin, Math.Min(positions, length - begin))
                    .CopyTo(part.Span<sbyte>()[(c * length + begin)..]);
            parts.Add(part);
        }
        return parts;
    }

    private static long AbsoluteSum(ReadOnlySpan<sbyte> values)
    {
        long sum = 0;
        foreach (var value in values)
            sum += Math.Abs((int)value);
        return sum;
    }
}
