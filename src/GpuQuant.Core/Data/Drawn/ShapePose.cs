using GpuQuant.Numerics;

namespace GpuQuant.Data.Drawn;

/// <summary>Where a shape lies in the picture: its place, size, direction and stretch.</summary>
internal readonly struct ShapePose
{
    private readonly double _sin, _cos, _width, _height;

    /// <summary>Draws a pose.</summary>
    public ShapePose(ref RandomStream random)
    {
        Radius = random.Uniform(ShapeStyle.SmallestRadius, ShapeStyle.LargestRadius);
        var reach = ShapeStyle.Translation;
        Centre = new Vec(random.Uniform(-reach, reach), random.Uniform(-reach, reach));
        var angle = random.Uniform(-ShapeStyle.Rotation, ShapeStyle.Rotation);
        (_sin, _cos) = (PortableMath.Sin(angle), PortableMath.Cos(angle));
        // Drawn once and given to either axis, so that long and flat are equally likely.
        var stretch = Math.Sqrt(random.Uniform(1, ShapeStyle.Stretch));
        if (random.NextBool())
            stretch = 1 / stretch;
        (_width, _height) = (Radius * stretch, Radius / stretch);
    }

    /// <summary>The middle, in pixels from the picture's centre.</summary>
    public Vec Centre { get; }

    /// <summary>The radius in pixels, before stretching.</summary>
    public double Radius { get; }

    /// <summary>From the picture to the shape of radius 1 at the origin.</summary>
    public Vec Inverse(Vec point)
    {
        var (x, y) = (point.X - Centre.X, point.Y - Centre.Y);
        return new Vec((x * _cos + y * _sin) / _width, (y * _cos - x * _sin) / _height);
    }
}
