using GpuQuant.Numerics;

namespace GpuQuant.Data.Drawn;

/// <summary>
/// The ten classes of the embedded set: for each the distance of a point from its outline, negative inside, where the shape has radius
/// 1 around the origin.
/// </summary>
internal static class ShapeOutline
{
    /// <summary>The classes' names in the order of their labels.</summary>
    public static IReadOnlyList<string> Names { get; } =
        ["circle", "ring", "half disc", "crescent", "triangle", "square", "pentagon", "star", "cross", "arrow"];

    private static readonly Vec[][] Polygons =
    [
        Regular(3),
        Regular(4),
        Regular(5),
        Star(5, 0.45),
        [
            new(-0.3, -1), new(0.3, -1), new(0.3, -0.3), new(1, -0.3), new(1, 0.3), new(0.3, 0.3),
            new(0.3, 1), new(-0.3, 1), new(-0.3, 0.3), new(-1, 0.3), new(-1, -0.3), new(-0.3, -0.3),
        ],
        [new(0, -1), new(0.8, -0.1), new(0.3, -0.1), new(0.3, 1), new(-0.3, 1), new(-0.3, -0.1), new(-0.8, -0.1)],
    ];

    /// <summary>The distance from the outline of a class.</summary>
    public static double Distance(int shape, Vec point) => shape switch
    {
        0 => Length(point) - 0.95,
        1 => Math.Abs(Length(point) - 0.75) - 0.22,
        2 => Math.Max(Length(new Vec(point.X, point.Y - 0.4)) - 1, point.Y - 0.4),
        3 => Math.Max(Length(point) - 1, 0.85 - Length(new Vec(point.X - 0.5, point.Y))),
        _ => Distance(Polygons[shape - 4], point),
    };

    private static double Length(Vec p) => Math.Sqrt(p.X * p.X + p.Y * p.Y);

    private static double Distance(Vec[] corners, Vec p)
    {
        var (least, isInside) = (double.PositiveInfinity, false);
        for (var i = 0; i < corners.Length; i++)
        {
            var (a, b) = (corners[i], corners[(i + 1) % corners.Length]);
            var (ex, ey, px, py) = (b.X - a.X, b.Y - a.Y, p.X - a.X, p.Y - a.Y);
            var along = Math.Clamp((px * ex + py * ey) / (ex * ex + ey * ey), 0, 1);
            least = Math.Min(least, Length(new Vec(px - along * ex, py - along * ey)));
            // A ray to the right crosses the edges of a polygon around its start an odd number of times.
            if (a.Y > p.Y != b.Y > p.Y && p.X < a.X + (p.Y - a.Y) / ey * ex)
                isInside = !isInside;
        }
        return isInside ? -least : least;
    }

    private static Vec[] Regular(int corners) => [.. Enumerable.Range(0, corners).Select(i => OnCircle(1, i, corners))];

    private static Vec[] Star(int points, double inner) =>
        [.. Enumerable.Range(0, 2 * points).Select(i => OnCircle(i % 2 == 0 ? 1 : inner, i, 2 * points))];

    private static Vec OnCircle(double radius, int i, int count)
    {
        var angle = 2 * Math.PI * i / count;
        return new Vec(radius * PortableMath.Sin(angle), -radius * PortableMath.Cos(angle));
    }
}
