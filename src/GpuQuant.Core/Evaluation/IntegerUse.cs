using GpuQuant.Numerics;
using GpuQuant.Quantization;

namespace GpuQuant.Evaluation;

/// <summary>Which of its integers a layer uses, and how often it lacks one for a value.</summary>
/// <param name="meaning">What the integers mean.</param>
internal sealed class IntegerUse(IntegerMeaning meaning)
{
    private readonly int[] _integers = [meaning.Least, meaning.Greatest];
    private int _least = int.MaxValue, _greatest = int.MinValue;
    private long _count, _saturated;

    /// <summary>Integers at an end whose float value lies more than half a step beyond it, in percent of all.</summary>
    public double SaturationPct => 100.0 * _saturated / _count;

    /// <summary>Integers below the least or above the greatest that occurs, in percent of those between the ends.</summary>
    public double DeadRangePct => 100.0 * (1 - (_greatest - _least + 1.0) / (_integers[1] - _integers[0] + 1));

    /// <summary>Counts integers, given the float values in their place, and turns them into values.</summary>
    public void Add(Tensor integers, ReadOnlySpan<float> exact, Span<float> values)
    {
        // Half a step is what rounding costs anyway.
        var (low, high) = (meaning.Low - meaning.Scale / 2, meaning.High + meaning.Scale / 2);
        for (var i = 0; i < exact.Length; i++)
        {
            var integer = Read(integers, i);
            values[i] = meaning.ValueOf(integer);
            (_least, _greatest) = (Math.Min(_least, integer), Math.Max(_greatest, integer));
            if ((integer == meaning.Least && exact[i] < low) || (integer == meaning.Greatest && exact[i] > high))
                _saturated++;
        }
        _count += exact.Length;
    }

    private static int Read(Tensor integers, int index) => integers.Type switch
    {
        DType.Int8 => (sbyte)integers.Bytes[index],
        DType.UInt8 => integers.Bytes[index],
        _ => integers.Span<short>()[index],
    };
}
