namespace GpuQuant.Data.Drawn;

/// <summary>
/// How much the glyphs vary. These numbers set how hard the set is: a nearest neighbour gets about nine in ten right, a lenet5 after
/// five epochs about 97 in 100 (measured: 91.3% and 97.0%). They are part of the set's identity: changing one changes every picture.
/// </summary>
internal static class GlyphStyle
{
    /// <summary>Turns the digit by at most this angle in radians, either way.</summary>
    public const double Rotation = 0.25;

    /// <summary>Slants the digit by at most this much, sideways pixels per pixel of height.</summary>
    public const double Shear = 0.3;

    /// <summary>Width and height are 18 pixels times a factor between these.</summary>
    public const double SmallestScale = 0.8, LargestScale = 1.15;

    /// <summary>Moves the digit by at most this many pixels in each direction.</summary>
    public const double Translation = 1.75;

    /// <summary>The standard deviation of each control point's own displacement, in hundredths of the digit's box.</summary>
    public const double PointJitter = 4.5;

    /// <summary>The pen's radius in pixels lies between these.</summary>
    public const double ThinnestPen = 0.6, ThickestPen = 1.6;

    /// <summary>The brightness of the ink lies between this and 1.</summary>
    public const double FaintestInk = 0.65;

    /// <summary>The odds that a disc of this radius in pixels is missing from the strokes.</summary>
    public const double GapOdds = 0.25, GapRadius = 2.0;

    /// <summary>The odds of a stray stroke, and its longest extent in each direction in pixels.</summary>
    public const double StrayOdds = 0.25, StrayLength = 7;

    /// <summary>The standard deviation of the noise on every pixel; 1 is white.</summary>
    public const double Noise = 0.06;
}
