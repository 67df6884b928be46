using GpuQuant.Numerics;

namespace GpuQuant.Shifts;

/// <summary>
/// The trail that a moving camera leaves, as ImageMagick's <c>MotionBlurImage</c> draws it: each pixel becomes the mean of the pixels on a
/// line that starts at it, with weights exp(-i^2 / (2 sigma^2)) for i = 0 .. 2 * ceil(radius).
/// </summary>
/// <param name="Radius">Half the length of the trail in pixels, above 0.</param>
/// <param name="Sigma">How quickly it fades, in pixels, above 0.</param>
/// <param name="AngleDegrees">The line's direction: 0 looks to the right, 90 down.</param>
/// <remarks>
/// ImageMagick 6.9 itself rounds to 16 bits and then drops what its bytes cannot hold: floor(round(257 v) / 257). About a fifth of its
/// pixels are one level darker than v rounded half up, as it is done here after the suites' specification.
/// </remarks>
/// <example>Radius 1, sigma 1, angle 0: weights 0.574, 0.348, 0.078; (255, 0, 0, 255) becomes (146, 20, 109, 255).</example>
public readonly record struct MotionBlur(double Radius, double Sigma, double AngleDegrees)
{
    /// <summary>Blurs one channel; the pixels at the edge go on for ever outside. Values are rounded half up.</summary>
    /// <param name="plane">Height x width bytes.</param>
    /// <param name="width">The width in pixels.</param>
    /// <param name="result">As many bytes; must not overlap <paramref name="plane"/>.</param>
    public void Apply(ReadOnlySpan<byte> plane, int width, Span<byte> result)
    {
        var count = 2 * (int)Math.Ceiling(Radius) + 1;
        using var rented = new Rented<Tap>(count);
        var taps = rented.Span;
        FillTaps(taps);
        var height = plane.Length / width;
        for (var row = 0; row < height; row++)
        {
            for (var column = 0; column < width; column++)
            {
                var sum = 0.0;
                foreach (ref readonly var tap in taps)
                {
                    var (y, x) = (Math.Clamp(row + tap.Down, 0, height - 1), Math.Clamp(column + tap.Right, 0, width - 1));
                    sum += tap.Weight * plane[y * width + x];
                }
                result[row * width + column] = (byte)(sum + 0.5);
            }
        }
    }

    private void FillTaps(Span<Tap> taps)
    {
        var radians = AngleDegrees * Math.PI / 180;
        var (down, right) = (taps.Length * PortableMath.Sin(radians), taps.Length * PortableMath.Cos(radians));
        var length = PortableMath.Hypot(down, right);
        var total = 0.0;
        for (var i = 0; i < taps.Length; i++)
        {
            var weight = PortableMath.Exp(-i * i / (2 * Sigma * Sigma));
            taps[i] = new(weight, (int)Math.Ceiling(i * down / length - 0.5), (int)Math.Ceiling(i * right / length - 0.5));
            total += weight;
        }
        foreach (ref var tap in taps)
            tap = tap with { Weight = tap.Weight / total };
    }

    /// <summary>A pixel of the line, relative to where it starts.</summary>
    private readonly record struct Tap(double Weight, int Down, int Right);
}
