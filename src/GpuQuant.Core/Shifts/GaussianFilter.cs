using GpuQuant.Numerics;

namespace GpuQuant.Shifts;

/// <summary>
/// A Gaussian blur as SciPy and scikit-image compute it: weights exp(-k^2 / (2 sigma^2)) for |k| up to the radius (int)(4 sigma + 0.5),
/// divided by their sum, along one axis after the other. Radius 0 changes nothing.
/// </summary>
/// <remarks>An instance is read only: all threads may share it.</remarks>
/// <example>Sigma 0.25 has radius 1 and the weights 0.00033, 0.99933, 0.00033: (0, 255) becomes (0.085, 254.915).</example>
public sealed class GaussianFilter
{
    private readonly double[] _weights;
    private readonly Border _border;

    /// <summary>Makes the filter.</summary>
    /// <param name="sigma">The standard deviation in pixels, 0 or more.</param>
    /// <param name="border">What lies outside the picture.</param>
    /// <param name="cut">Where the weights end, in standard deviations.</param>
    public GaussianFilter(double sigma, Border border = Border.Edge, double cut = 4)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(sigma);
        _border = border;
        var radius = (int)(cut * sigma + 0.5);
        var weights = new double[2 * radius + 1];
        for (var i = 0; i < weights.Length; i++)
            weights[i] = i == radius ? 1 : PortableMath.Exp(-0.5 / (sigma * sigma) * ((i - radius) * (i - radius)));
        var total = SumInEights(weights);
        _weights = [.. weights[radius..].Select(weight => weight / total)];
    }

    private int Radius => _weights.Length - 1;

    /// <summary>Blurs a plane in place: down its columns, then along its rows.</summary>
    /// <param name="plane">Height x width values.</param>
    /// <param name="width">The width in pixels.</param>
    public void Apply(Span<double> plane, int width)
    {
        ApplyToRowAxis(plane, width);
        var height = plane.Length / width;
        using var line = new Rented<double>(width + 2 * Radius);
        for (var row = 0; row < height; row++)
            FilterLine(plane[(row * width)..], 1, line.Span);
    }

    /// <summary>Blurs a plane in place down its columns only: the vertical direction.</summary>
    /// <param name="plane">Height x width values.</param>
    /// <param name="width">The width in pixels.</param>
    public void ApplyToRowAxis(Span<double> plane, int width)
    {
        var height = plane.Length / width;
        using var line = new Rented<double>(height + 2 * Radius);
        for (var column = 0; column < width; column++)
            FilterLine(plane[column..], width, line.Span);
    }

    /// <summary>Filters every <paramref name="stride"/>th value; the line has room for the radius on both sides.</summary>
    private void FilterLine(Span<double> values, int stride, Span<double> line)
    {
        var (radius, length) = (Radius, line.Length - 2 * Radius);
        for (var i = 0; i < length; i++)
            line[radius + i] = values[i * stride];
        Continue(line);
        for (var i = 0; i < length; i++)
        {
            // The middle first, then from the ends inwards: SciPy's order, to the last bit.
            var sum = line[radius + i] * _weights[0];
            for (var k = radius; k > 0; k--)
                sum += (line[radius + i - k] + line[radius + i + k]) * _weights[k];
            values[i * stride] = sum;
        }
    }

    /// <summary>Fills what lies before and behind the line's middle.</summary>
    private void Continue(Span<double> line)
    {
        var length = line.Length - 2 * Radius;
        for (var k = 1; k <= Radius; k++)
            (line[Radius - k], line[Radius + length + k - 1]) = _border switch
            {
                Border.Zeros => (0, 0),
                Border.Edge => (line[Radius], line[Radius + length - 1]),
                _ => (line[Radius + Mirror.WithEdge(-k, length)], line[Radius + Mirror.WithEdge(length + k - 1, length)]),
            };
    }

    /// <summary>
    /// NumPy's sum: eight sums side by side over the whole eights, then the rest one by one. The divided weights may add up to a bit more
    /// or less than 1, on which truncated bytes of even areas depend.
    /// </summary>
    private static double SumInEights(ReadOnlySpan<double> values)
    {
        Span<double> sums = stackalloc double[8];
        sums.Clear();
        var whole = values.Length / 8 * 8;
        for (var i = 0; i < whole; i++)
            sums[i % 8] += values[i];
        var total = sums[0] + sums[1] + (sums[2] + sums[3]) + (sums[4] + sums[5] + (sums[6] + sums[7]));
        for (var i = whole; i < values.Length; i++)
            total += values[i];
        return total;
    }
}
