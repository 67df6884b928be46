using GpuQuant.Numerics;

namespace GpuQuant.Data.Drawn;

/// <summary>How a surface is coloured: plain, a gradient, stripes, checks or blotches of two colours, in any direction.</summary>
internal readonly struct ShapeTexture
{
    private enum Pattern
    {
        Plain,
        Gradient,
        Stripes,
        Checks,
        Blotches,
    }

    private readonly Pattern _pattern;
    private readonly Rgb _first, _second;
    private readonly double _sin, _cos, _width, _phase;
    private readonly ulong _blotches;

    /// <summary>Draws a texture around a colour.</summary>
    public ShapeTexture(ref RandomStream random, Rgb colour)
    {
        _pattern = (Pattern)random.NextInt32(0, 5);
        (_first, _second) = (colour, colour.Near(ref random, ShapeStyle.TextureContrast));
        var angle = random.Uniform(0, 2 * Math.PI);
        (_sin, _cos) = (PortableMath.Sin(angle), PortableMath.Cos(angle));
        _width = random.Uniform(ShapeStyle.FinestTexture, ShapeStyle.CoarsestTexture);
        _phase = random.Uniform(0, 32);
        _blotches = random.NextUInt32() | (ulong)random.NextUInt32() << 32;
    }

    /// <summary>The colour at a place, in pixels from the picture's centre.</summary>
    public Rgb At(double x, double y)
    {
        var (along, across) = (x * _cos + y * _sin, y * _cos - x * _sin);
        var share = _pattern switch
        {
            Pattern.Plain => 0,
            Pattern.Gradient => Math.Clamp(0.5 + along / 32, 0, 1),
            Pattern.Stripes => Cell(along) & 1,
            Pattern.Checks => (Cell(along) + Cell(across)) & 1,
            _ => (int)(_blotches >> (((Cell(along) & 7) << 3) | (Cell(across) & 7))) & 1,
        };
        return _first.Mix(_second, share);
    }

    private int Cell(double position) => (int)Math.Floor((position + _phase) / _width);
}
