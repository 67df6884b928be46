namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// Enlarges the middle of a square plane to the plane's size: the central ch x ch pixels, ch = ceil(side / zoom), become
/// round(ch * zoom) pixels wide by linear interpolation from corner to corner, of which the central side x side are kept.
/// </summary>
/// <remarks>The sums are SciPy's, in its order; an instance is read only, all threads may share it.</remarks>
/// <example>Side 32, zoom 1.25: pixels 3 to 28 become 32; output 1 shows position 3 + 25 / 31 = 3.81.</example>
internal sealed class ClippedZoom
{
    private readonly int[] _near;
    private readonly double[] _far;

    /// <summary>Makes the tables.</summary>
    public ClippedZoom(int side, double zoom)
    {
        var crop = (int)Math.Ceiling(side / zoom);
        var enlarged = (int)Math.Round(crop * zoom);
        var (start, trim) = ((side - crop) / 2, (enlarged - side) / 2);
        var step = enlarged > 1 ? (crop - 1.0) / (enlarged - 1) : 0;
        (_near, _far) = (new int[side], new double[side]);
        for (var i = 0; i < side; i++)
        {
            var position = (i + trim) * step;
            var near = Math.Min((int)position, Math.Max(0, crop - 2));
            (_near[i], _far[i]) = (start + near, position - near);
        }
    }

    /// <summary>Zooms a plane of side x side values into another.</summary>
    public void Apply(ReadOnlySpan<double> plane, Span<double> result)
    {
        var side = _near.Length;
        var next = side > 1 ? 1 : 0;
        for (var row = 0; row < side; row++)
        {
            var (below, above) = (_far[row], 1 - _far[row]);
            var upper = plane.Slice(_near[row] * side, side);
            var lower = plane.Slice((_near[row] + next) * side, side);
            for (var column = 0; column < side; column++)
            {
                var (left, toRight) = (_near[column], _far[column]);
                var toLeft = 1 - toRight;
                result[row * side + column] = upper[left] * above * toLeft + upper[left + next] * above * toRight
                    + lower[left] * below * toLeft + lower[left + next] * below * toRight;
            }
        }
    }
}
