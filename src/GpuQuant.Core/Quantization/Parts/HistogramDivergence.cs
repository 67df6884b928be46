using GpuQuant.Numerics;

namespace GpuQuant.Quantization.Parts;

/// <summary>The cost of ranges by <see cref="RangeSearch.Divergence"/>, with what all ranges share computed once.</summary>
internal sealed class HistogramDivergence
{
    private readonly QuantizerSpec _spec;
    private readonly ValueHistogram _values;
    private readonly int[] _bins;
    private readonly double[] _logarithms;
    private readonly long[] _before;

    /// <summary>Looks at a histogram for a quantizer.</summary>
    public HistogramDivergence(QuantizerSpec spec, ValueHistogram values)
    {
        (_spec, _values, _bins) = (spec, values, [.. values.UsedBins()]);
        (_logarithms, _before) = (new double[_bins.Length], new long[_bins.Length + 1]);
        for (var i = 0; i < _bins.Length; i++)
        {
            _logarithms[i] = PortableMath.Log(values.Counts[_bins[i]]);
            _before[i + 1] = _before[i] + values.Counts[_bins[i]];
        }
    }

    /// <summary>The divergence for a range.</summary>
    public double Of(double low, double high)
    {
        var (scale, zeroPoint) = _spec.Cover(low, high);
        var (first, last) = (0, _bins.Length - 1);
        while (first <= last && _values.Middle(_bins[first]) < low - _values.Width)
            first++;
        while (last >= first && _values.Middle(_bins[last]) > high + _values.Width)
            last--;
        if (last < first)
            return double.PositiveInfinity;
        var kept = _before[last + 1] - _before[first];
        var divergence = 0.0;
        // Numbers grow with the bins: the bins of a number are neighbours.
        for (var (begin, end) = (first, first); begin <= last; begin = end)
        {
            var number = Number(begin);
            while (end <= last && Number(end) == number)
                end++;
            var left = (double)(_before[end] - _before[begin]) / (end - begin) / kept;
            var offset = PortableMath.Log(_values.Count * left);
            for (var i = begin; i < end; i++)
                divergence += Mass(i, first, last, out var logarithm) * (logarithm - offset);
        }
        return divergence / _values.Count;

        double Number(int i) => _spec.Quantize(_values.Middle(_bins[i]), scale, zeroPoint);
    }

    /// <summary>A bin's values, and at the ends those beyond.</summary>
    private long Mass(int i, int first, int last, out double logarithm)
    {
        var mass = _values.Counts[_bins[i]] + (i == first ? _before[first] : 0) + (i == last ? _before[^1] - _before[last + 1] : 0);
        logarithm = i == first || i == last ? PortableMath.Log(mass) : _logarithms[i];
        return mass;
    }
}
