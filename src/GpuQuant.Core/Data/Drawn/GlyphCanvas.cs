namespace GpuQuant.Data.Drawn;

/// <summary>A grey picture into which strokes are drawn with round ends and soft borders; 0 is black, 1 white.</summary>
/// <remarks>Only + - * / and square roots, all exactly rounded by every processor: the same picture everywhere.</remarks>
internal sealed class GlyphCanvas(int side)
{
    private readonly double[] _values = new double[side * side];

    /// <summary>The pixels, row by row.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>Draws a straight piece: a pixel's value is how far it lies inside the pen, at most 1; the brighter one stays.</summary>
    public void Draw(Vec from, Vec to, double radius, double ink)
    {
        var reach = radius + 0.5;
        var (left, right) = Range(from.X, to.X, reach);
        var (top, bottom) = Range(from.Y, to.Y, reach);
        for (var y = top; y <= bottom; y++)
        {
            for (var x = left; x <= right; x++)
            {
                var value = ink * Math.Clamp(reach - Distance(new Vec(x, y), from, to), 0, 1);
                ref var pixel = ref _values[y * side + x];
                pixel = Math.Max(pixel, value);
            }
        }
    }

    /// <summary>Blackens a disc with a soft border.</summary>
    public void Erase(Vec centre, double radius)
    {
        var reach = radius + 0.5;
        var (left, right) = Range(centre.X, centre.X, reach);
        var (top, bottom) = Range(centre.Y, centre.Y, reach);
        for (var y = top; y <= bottom; y++)
            for (var x = left; x <= right; x++)
                _values[y * side + x] *= 1 - Math.Clamp(reach - Distance(new Vec(x, y), centre, centre), 0, 1);
    }

    private (int First, int Last) Range(double a, double b, double reach) =>
        ((int)Math.Clamp(Math.Floor(Math.Min(a, b) - reach), 0, side), (int)Math.Clamp(Math.Ceiling(Math.Max(a, b) + reach), -1, side - 1));

    private static double Distance(Vec point, Vec from, Vec to)
    {
        var (dx, dy) = (to.X - from.X, to.Y - from.Y);
        var (px, py) = (point.X - from.X, point.Y - from.Y);
        var length = dx * dx + dy * dy;
        var along = length > 0 ? Math.Clamp((px * dx + py * dy) / length, 0, 1) : 0;
        var (ox, oy) = (px - along * dx, py - along * dy);
        return Math.Sqrt(ox * ox + oy * oy);
    }
}
