using GpuQuant.Numerics;

namespace GpuQuant.Shifts.MnistC;

/// <summary>The gradient at every pixel of a grey plane, by Sobel's filters (1, 2, 1) x (-1, 0, 1), edge pixels repeated.</summary>
internal readonly ref struct GradientField
{
    private readonly Span<double> _down, _right, _magnitude;
    private readonly int _width;

    /// <summary>Computes the field of a plane (height x width) in a space of three times its size.</summary>
    public GradientField(ReadOnlySpan<double> plane, int width, Span<double> space)
    {
        var count = plane.Length;
        _width = width;
        _down = space[..count];
        _right = space.Slice(count, count);
        _magnitude = space.Slice(2 * count, count);
        var height = count / width;
        for (var row = 0; row < height; row++)
        {
            var above = plane.Slice(Math.Max(row - 1, 0) * width, width);
            var own = plane.Slice(row * width, width);
            var below = plane.Slice(Math.Min(row + 1, height - 1) * width, width);
            for (var column = 0; column < width; column++)
            {
                var (left, right, i) = (Math.Max(column - 1, 0), Math.Min(column + 1, width - 1), row * width + column);
                _down[i] = 2 * (below[column] - above[column]) + (below[left] - above[left] + (below[right] - above[right]));
                _right[i] = 2 * (own[right] - own[left]) + (above[right] - above[left] + (below[right] - below[left]));
                _magnitude[i] = PortableMath.Hypot(_down[i], _right[i]);
            }
        }
    }

    /// <summary>The gradient's length.</summary>
    public ReadOnlySpan<double> Magnitude => _magnitude;

    /// <summary>
    /// Whether the magnitude at a pixel off the border is at least that on both sides along the gradient, which is read between the next
    /// pixel along the gradient's longer part and the diagonal one.
    /// </summary>
    public bool IsRidge(int i)
    {
        var (down, right) = (Math.Abs(_down[i]), Math.Abs(_right[i]));
        var sameSign = _down[i] * _right[i] >= 0;
        var vertical = down >= right;
        var weight = vertical ? right / down : down / right;
        var straight = vertical ? _width : 1;
        var diagonal = sameSign ? _width + 1 : vertical ? _width - 1 : 1 - _width;
        return Between(i, straight, diagonal, weight) <= _magnitude[i] && Between(i, -straight, -diagonal, weight) <= _magnitude[i];
    }

    private double Between(int i, int straight, int diagonal, double weight) =>
        _magnitude[i + diagonal] * weight + _magnitude[i + straight] * (1 - weight);
}
