namespace GpuQuant.Data.Drawn;

/// <summary>
/// How much the shapes vary. These numbers set how hard the set is. They are part of the set's identity: changing one changes every
/// picture.
/// </summary>
internal static class ShapeStyle
{
    /// <summary>The shape's radius in pixels lies between these.</summary>
    public const double SmallestRadius = 7, LargestRadius = 13;

    /// <summary>Height over width, and its inverse, lie between 1 and this.</summary>
    public const double Stretch = 1.3;

    /// <summary>Turns the shape by at most this angle in radians, either way.</summary>
    public const double Rotation = 0.8;

    /// <summary>Moves the shape by at most this many pixels from the middle in each direction.</summary>
    public const double Translation = 5;

    /// <summary>The shape is brighter than the background by at least this much; 1 is white on black.</summary>
    public const double LeastContrast = 0.15;

    /// <summary>The two colours of a texture differ by up to this much in each channel.</summary>
    public const double TextureContrast = 0.2;

    /// <summary>The width of stripes and checks in pixels lies between these.</summary>
    public const double FinestTexture = 1.5, CoarsestTexture = 5;

    /// <summary>At most this many discs and bars in other colours lie behind the shape.</summary>
    public const int MostClutter = 4;

    /// <summary>The size of a piece of clutter in pixels lies between these.</summary>
    public const double SmallestClutter = 1, LargestClutter = 4;

    /// <summary>The odds that a bar covers a part of the shape, and its half width in pixels.</summary>
    public const double BarOdds = 0.4, ThinnestBar = 0.6, ThickestBar = 2;

    /// <summary>The standard deviation of the noise on every value lies between these; 1 is the whole range.</summary>
    public const double LeastNoise = 0.02, MostNoise = 0.1;
}
