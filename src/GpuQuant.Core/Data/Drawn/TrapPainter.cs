using GpuQuant.Numerics;

namespace GpuQuant.Data.Drawn;

/// <summary>Takes one picture of <c>traps</c>: a place, perhaps an animal, by day or by the camera's infrared flash at night.</summary>
internal static class TrapPainter
{
    private const double DeerPixels = 28, LeastNoise = 0.01, MostNoise = 0.04, NightNoise = 0.02;

    /// <summary>Paints side x side x 3 bytes and returns the class.</summary>
    public static byte Paint(ref RandomStream random, TrapLocation place, int side, Span<byte> destination)
    {
        var canvas = new TrapCanvas(side);
        place.DrawBehind(canvas);
        var atNight = random.NextDouble() < place.NightOdds;
        var label = place.DrawClass(ref random);
        if (label > 0)
        {
            var (feet, scale) = place.DrawFeet(ref random);
            TrapAnimal.Draw(ref random, canvas, label, feet, DeerPixels * scale * random.Uniform(0.9, 1.15), atNight);
        }
        place.DrawBefore(canvas);
        Light(ref random, place, canvas.Pixels, side, atNight);
        PixelNoise.Write(ref random, canvas.Pixels, random.Uniform(LeastNoise, MostNoise) + (atNight ? NightNoise : 0), destination);
        return (byte)label;
    }

    private static void Light(ref RandomStream random, TrapLocation place, Rgb[] pixels, int side, bool atNight)
    {
        var (light, warmth) = (place.Light * random.Uniform(0.7, 1.2), place.Warmth + random.Uniform(-0.08, 0.08));
        for (var i = 0; i < pixels.Length; i++)
        {
            var falloff = place.Falloff(i % side + 0.5, i / side + 0.5, atNight ? 0.7 : 0);
            var lit = pixels[i].Times(light * falloff);
            pixels[i] = atNight
                ? new(lit.Brightness, lit.Brightness, lit.Brightness)
                : new(lit.Red * (1 + warmth), lit.Green, lit.Blue * (1 - warmth));
        }
    }
}
