using GpuQuant.Numerics;

namespace GpuQuant.Quantization.Parts;

/// <summary>
/// A histogram of any number of values in one pass and bounded memory: bins of one width around 0, which doubles, pairs of bins becoming
/// one, when a value lies beyond the last. So the result is the same in whatever order, and in however many parts, values come.
/// </summary>
/// <remarks>
/// Bin i holds the values in [i, i + 1) times the width, i from -Half to Half - 1. The width is a power of two, so it is exact which bin
/// a value falls in, at any width. At least a quarter of the bins on the wider side are in use.
/// </remarks>
/// <example>The values 0.1, 0.2 and 3.9 in 8 bins: width 1, bins 0 and 3 hold 2 and 1.</example>
public sealed class ValueHistogram
{
    /// <summary>Bins on each side of 0.</summary>
    public const int Half = 2048;

    private const int LeastExponent = -149;
    private readonly long[] _counts = new long[2 * Half];
    private int _exponent = LeastExponent;

    /// <summary>The number of values.</summary>
    public long Count { get; private set; }

    /// <summary>The least value; infinity before the first.</summary>
    public float Minimum { get; private set; } = float.PositiveInfinity;

    /// <summary>The greatest value; minus infinity before the first.</summary>
    public float Maximum { get; private set; } = float.NegativeInfinity;

    /// <summary>The width of a bin.</summary>
    public double Width => Math.ScaleB(1, _exponent);

    /// <summary>How many values fell into each bin, from the least.</summary>
    public ReadOnlySpan<long> Counts => _counts;

    /// <summary>The middle of a bin of <see cref="Counts"/>.</summary>
    public double Middle(int bin) => (bin - Half + 0.5) * Width;

    /// <summary>The bins that hold values, from the least.</summary>
    public IEnumerable<int> UsedBins() => Enumerable.Range(0, _counts.Length).Where(bin => _counts[bin] > 0);

    /// <summary>Adds values.</summary>
    /// <exception cref="ComputationException">A value is infinite or not a number.</exception>
    public void Add(ReadOnlySpan<float> values)
    {
        if (!TryAdd(values))
            throw new ComputationException("A histogram was given infinite or undefined values; a model with such values cannot be "
                + "calibrated.");
    }

    /// <summary>Adds values, or none of them and says so if one is infinite or not a number.</summary>
    internal bool TryAdd(ReadOnlySpan<float> values)
    {
        if (values.IsEmpty)
            return true;
        var (least, greatest) = FiniteExtremes.Of(values);
        if (float.IsNaN(least))
            return false;
        (Minimum, Maximum) = (Math.Min(Minimum, least), Math.Max(Maximum, greatest));
        Widen(ExponentFor(Math.Max(Math.Abs((double)Minimum), Math.Abs((double)Maximum))));
        Count += values.Length;
        if (values.Length >= BinCounter.Worthwhile && _exponent >= BinCounter.LeastExponent)
        {
            BinCounter.Count(values, _exponent, BinOf(least), BinOf(greatest), _counts);
            return true;
        }
        foreach (var value in values)
            _counts[BinOf(value)]++;
        return true;
    }

    private int BinOf(float value) => (int)Math.Floor(value * Math.ScaleB(1, -_exponent)) + Half;

    /// <summary>Adds what another histogram has seen.</summary>
    public void Add(ValueHistogram other)
    {
        if (other.Count == 0)
            return;
        (Minimum, Maximum) = (Math.Min(Minimum, other.Minimum), Math.Max(Maximum, other.Maximum));
        Widen(other._exponent);
        var shift = _exponent - other._exponent;
        for (var bin = 0; bin < other._counts.Length; bin++)
            _counts[((bin - Half) >> Math.Min(shift, 31)) + Half] += other._counts[bin];
        Count += other.Count;
    }

    /// <summary>
    /// The value that the given share of all values does not exceed, to a bin's width, and within the least and greatest: the upper end of
    /// the bin in which the share is reached.
    /// </summary>
    /// <param name="share">0 to 1; 0 gives the least value, 1 the greatest.</param>
    public double Quantile(double share)
    {
        if (share <= 0)
            return Minimum;
        var wanted = (long)Math.Ceiling(share * Count);
        long seen = 0;
        for (var bin = 0; bin < _counts.Length; bin++)
        {
            seen += _counts[bin];
            if (seen >= wanted && seen > 0)
                return Math.Clamp((bin - Half + 1) * Width, Minimum, Maximum);
        }
        return Maximum;
    }

    /// <summary>The least power of two whose bins reach a value of that size on either side.</summary>
    private static int ExponentFor(double size)
    {
        if (size == 0)
            return LeastExponent;
        // Below 2^(e + 1), and Half is 2^11: the last bin of the upper side does not hold its end.
        return Math.Max(Math.ILogB(size) + 1 - Math.ILogB(Half), LeastExponent);
    }

    private void Widen(int exponent)
    {
        if (exponent <= _exponent)
            return;
        var shift = Math.Min(exponent - _exponent, 31);
        var old = _counts.ToArray();
        Array.Clear(_counts);
        for (var bin = 0; bin < old.Length; bin++)
            _counts[((bin - Half) >> shift) + Half] += old[bin];
        _exponent = exponent;
    }
}
