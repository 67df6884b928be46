namespace GpuQuant.Data.Drawn;

/// <summary>A point of the plane in pixels, x to the right, y down.</summary>
internal readonly record struct Vec(double X, double Y)
{
    /// <summary>The distance from the nearest point of a line segment.</summary>
    public double FromSegment(Vec from, Vec to)
    {
        var (dx, dy, px, py) = (to.X - from.X, to.Y - from.Y, X - from.X, Y - from.Y);
        var length = dx * dx + dy * dy;
        var along = length > 0 ? Math.Clamp((px * dx + py * dy) / length, 0, 1) : 0;
        var (ox, oy) = (px - along * dx, py - along * dy);
        return Math.Sqrt(ox * ox + oy * oy);
    }
}
