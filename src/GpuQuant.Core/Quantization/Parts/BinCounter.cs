using System.Buffers;
using System.Numerics;

namespace GpuQuant.Quantization.Parts;

/// <summary>The inner loop of <see cref="ValueHistogram"/> for many values: bins by vectors, counted in several tables.</summary>
internal static class BinCounter
{
    /// <summary>Fewer values are counted as fast one by one.</summary>
    public const int Worthwhile = 4096;

    /// <summary>Below this width's exponent, the inverse of the width leaves float32.</summary>
    public const int LeastExponent = -126;

    // A relu's zeros all fall into one bin; neighbours in different tables do not wait for one another's increments.
    private const int Tables = 4;
    private const int Bins = 2 * ValueHistogram.Half;

    /// <summary>Adds the values' bins to the counts.</summary>
    /// <param name="values">Finite.</param>
    /// <param name="exponent">The bins' width is two to this.</param>
    /// <param name="first">The bin of the least value.</param>
    /// <param name="last">The bin of the greatest.</param>
    /// <param name="counts">Per bin.</param>
    public static void Count(ReadOnlySpan<float> values, int exponent, int first, int last, long[] counts)
    {
        var rented = ArrayPool<int>.Shared.Rent(Tables * Bins);
        var tables = rented.AsSpan(0, Tables * Bins);
        for (var table = 0; table < Tables; table++)
            tables.Slice(table * Bins + first, last - first + 1).Clear();
        Fill(values, (float)Math.ScaleB(1, -exponent), tables);
        for (var table = 0; table < Tables; table++)
            for (var bin = first; bin <= last; bin++)
                counts[bin] += tables[table * Bins + bin];
        ArrayPool<int>.Shared.Return(rented);
    }

    private static unsafe void Fill(ReadOnlySpan<float> values, float inverse, Span<int> tables)
    {
        // Stored and read back, lanes cost less than taken out of the vector one by one.
        var bins = stackalloc int[Vector<int>.Count];
        for (var lane = 0; lane < Vector<int>.Count; lane++)
            bins[lane] = lane % Tables * Bins + ValueHistogram.Half;
        var (offset, i) = (Vector.Load(bins), 0);
        fixed (float* value = values)
        fixed (int* counts = tables)
        {
            for (; i <= values.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                var vector = Vector.Load(value + i);
                (Vector.ConvertToInt32Native(Floor(vector * inverse, vector)) + offset).Store(bins);
                for (var lane = 0; lane < Vector<int>.Count; lane += Tables)
                {
                    counts[bins[lane]]++;
                    counts[bins[lane + 1]]++;
                    counts[bins[lane + 2]]++;
                    counts[bins[lane + 3]]++;
                }
            }
            for (; i < values.Length; i++)
                counts[ValueHistogram.Half + (int)Math.Floor((double)value[i] * inverse)]++;
        }
    }

    /// <summary>Rounded down; a value below 0 is in no bin above -1, also where its multiple is too small for float32.</summary>
    private static Vector<float> Floor(Vector<float> multiple, Vector<float> value) => Vector.ConditionalSelect(
        Vector.LessThan(value, Vector<float>.Zero), Vector.Min(Vector.Floor(multiple), -Vector<float>.One), Vector.Floor(multiple));
}
