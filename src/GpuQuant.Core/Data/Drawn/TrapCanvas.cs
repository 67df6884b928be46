namespace GpuQuant.Data.Drawn;

/// <summary>A square picture to draw on; pixel (x, y) has its centre at x + 0.5, y + 0.5.</summary>
internal sealed class TrapCanvas(int side)
{
    /// <summary>The pixels, row by row.</summary>
    public Rgb[] Pixels { get; } = new Rgb[side * side];

    /// <summary>Colours every pixel by its place.</summary>
    public void Fill(Func<double, double, Rgb> colour)
    {
        for (var i = 0; i < Pixels.Length; i++)
            Pixels[i] = colour(i % side + 0.5, i / side + 0.5);
    }

    /// <summary>Draws a line of a thickness, with round ends; softly where it crosses a pixel.</summary>
    public void Line(Vec from, Vec to, double radius, Rgb colour)
    {
        var reach = radius + 1;
        var (left, right) = Range(Math.Min(from.X, to.X) - reach, Math.Max(from.X, to.X) + reach);
        var (top, bottom) = Range(Math.Min(from.Y, to.Y) - reach, Math.Max(from.Y, to.Y) + reach);
        for (var y = top; y < bottom; y++)
            for (var x = left; x < right; x++)
            {
                var covered = Math.Clamp(radius + 0.5 - new Vec(x + 0.5, y + 0.5).FromSegment(from, to), 0, 1);
                Pixels[y * side + x] = Pixels[y * side + x].Mix(colour, covered);
            }
    }

    private (int From, int To) Range(double low, double high) =>
        ((int)Math.Clamp(Math.Floor(low), 0, side), (int)Math.Clamp(Math.Ceiling(high), 0, side));
}
